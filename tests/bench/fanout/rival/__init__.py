"""The usual way to do it with Channels: a consumer for each socket, all of them in a group."""
