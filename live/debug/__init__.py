"""For developers, and only with ``DEBUG``: what a page lacks, and what the hub of this process does and why."""
