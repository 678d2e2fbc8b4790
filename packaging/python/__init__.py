"""vramtrack for Python: `python3 -m vramtrack`, and what the modules in here say of themselves."""
