"""The tree of commands: every group in its place, in the order a person meets them."""

import typer

from desktop.cli import (
    archive,
    directory,
    documents,
    evidence,
    exchange,
    layout,
    lint,
    outbox,
    sealing,
    setup,
    ukeys,
    verifying,
)
from formats.i18n import tr

app = typer.Typer(
    name="yidao",
    help=tr("驿道：公文起草、排版、盖章、收发、归档。不带参数运行时打开窗口。"),
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)

documents.register(app)
sealing.register(app)
verifying.register(app)
layout.register(app)
lint.register(app)
ukeys.register(app)
exchange.register(app)
app.add_typer(outbox.app, name="outbox")
app.add_typer(directory.app, name="directory")
app.add_typer(archive.app, name="archive")
app.add_typer(evidence.app, name="evidence")
setup.register(app)
