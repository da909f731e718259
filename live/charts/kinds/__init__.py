"""One file a kind of chart: its function, registered by name. Imports all other rooms, and none imports it."""
