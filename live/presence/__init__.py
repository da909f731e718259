"""Who is on a page: how many people have it open, and, for those who may know, who they are.

    {% load live_presence %} ... {% live_presence %}

They are those who watch that fragment: it is on the pages of a topic, by default the path of the page, and each server
process stores whom it has there. Somebody who opens or closes a page is one row that changes, at most once a second.
"""
