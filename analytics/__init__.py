"""How the processes run, in figures."""
