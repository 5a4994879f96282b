"""What bench/gates.py consists of: the load, the plain endpoint beside ours, the page."""
