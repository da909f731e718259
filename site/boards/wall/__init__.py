"""A board on a wall: on a screen that nobody touches, all of it, and after a while the next one."""
