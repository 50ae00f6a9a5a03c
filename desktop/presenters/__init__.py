"""One a screen: frozen view states, no widgets."""
