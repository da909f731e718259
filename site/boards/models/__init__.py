"""The models, by what they are about: boards, their panels, how they are edited, the home page."""

from boards.models.boards import Board as Board
from boards.models.boards import EditBy as EditBy
from boards.models.boards import ViewBy as ViewBy
from boards.models.boards import check_zone as check_zone
from boards.models.displays import DisplayLink as DisplayLink
from boards.models.editing import Presence as Presence
from boards.models.editing import Revision as Revision
from boards.models.home import DismissedSeries as DismissedSeries
from boards.models.home import Favourite as Favourite
from boards.models.panels import Panel as Panel
from boards.models.panels import PanelSeries as PanelSeries
