"""An exchange node: it routes, stores and proves, and can read nothing. Never imports `desktop`."""
