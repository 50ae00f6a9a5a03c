"""What a person does: draft, seal, send, sign for, file and find. Never imports `server`."""
