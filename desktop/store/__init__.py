"""The client's own tables in the vault: drafts, dispatches, mailbox, outbox, receipts.

Every function takes a connection that the vault gave (`Vault.read` or `Vault.transaction`), so a
service decides what belongs into one transaction. Tables change only from what the person did
here or from what the node proved; what waits for the node is in ``pending_events``.
"""
