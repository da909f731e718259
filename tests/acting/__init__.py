"""A project whose users have UUIDs, and whose staff may look as somebody else."""
