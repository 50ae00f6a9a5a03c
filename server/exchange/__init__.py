"""The rules of the road: accept, route, consign, supervise, relay."""
