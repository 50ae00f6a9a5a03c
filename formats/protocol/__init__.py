"""The protocol shared by client, node and simulator, without any input or output."""
