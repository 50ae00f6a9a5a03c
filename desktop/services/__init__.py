"""What a person can do, without Qt: the command line and the window call the same classes.

    session.Workspace   an opened profile: UKEY, vault, directory, trust, transport
    bodies.Bodies       the directory: synchronise, find, resolve 主送 and 抄送
    drafting.Drafting   drafts, rules, preview, intake of text, DOCX and JSON
    sealing.Sealing     typeset and seal a draft; seal a PDF file
    outgoing.Outgoing   package, outbox, send, follow, recall, remind
    incoming.Incoming   synchronise, verify, sign for, return
    filing.Filing       the archive: file, search, read, check, export, back up
    evidence.Evidence   bundles that prove one document's journey

Each is built as ``Class(workspace)``, keeps no state of its own and may be called from any
thread. A long operation takes ``progress`` and ``cancelled`` (see `progress`); what it cannot do
ends in a `YidaoError`. Rows (`rows`) are frozen values. Nothing here imports a widget.
"""
