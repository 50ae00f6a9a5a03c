"""The node's HTTP face: one module a resource."""
