"""How times are written in English: by 24 hours, as charts, notices and banners write them in every language."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "N j, Y, H:i"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
