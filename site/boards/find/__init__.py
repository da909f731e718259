"""The finder: boards, panels, series and pages by a few letters."""
