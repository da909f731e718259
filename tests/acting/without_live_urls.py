"""The same, of a project that has not included ``live.urls``."""

from tests.acting.urls import urlpatterns as of_the_project

urlpatterns = of_the_project[:-1]
