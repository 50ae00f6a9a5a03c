"""What can go wrong with the archive, beyond what the vault says.

Refused
├── ItemMissing             there is no such item, or no file of that role
├── ItemRefused             a draft that cannot be filed as it stands
├── VersionRefused          a further version that does not go on from the newest one
└── ExportRefused           the target folder is not usable
BadInput
├── LedgerBroken            the ledger's chain or tree does not hold
│   └── LedgerRolledBack    the database is older than the checkpoint beside it
└── BackupBroken            a backup is not whole
"""

from formats.errors import BadInput, Refused
from formats.i18n import mark


class ItemMissing(Refused):
    """There is no such item, or it has no file of that role."""

    code = "archive.item-missing"
    happened = mark("档案中没有“{what}”。")
    advice = mark("请重新检索后再打开。")


class ItemRefused(Refused):
    """A draft that cannot be filed as it stands."""

    code = "archive.item-refused"
    happened = mark("不能归档：{reason}。")
    safe = mark("没有写入任何内容，原件没有改动。")
    advice = mark("请补正后重新归档。")


class VersionRefused(Refused):
    """A further version of a document that does not go on from the newest one."""

    code = "archive.version-refused"
    happened = mark("《{title}》的新版本不能存入：{reason}。")
    safe = mark("没有写入任何内容，已有的各版本没有改动。")
    advice = mark("请重新执行续签。")


class ExportRefused(Refused):
    """The target of an export, a backup or a restore is already in use."""

    code = "archive.target-in-use"
    happened = mark("“{path}”已存在，不能写入。")
    safe = mark("没有覆盖任何文件。")
    advice = mark("请另选一个位置。")


class LedgerBroken(BadInput):
    """The ledger's chain or tree does not hold; ``place`` says where."""

    code = "archive.ledger-broken"
    happened = mark("档案账本第 {place} 条与前后不符，可能被改动过。")
    safe = mark("没有改动任何文件。")
    advice = mark("请停止归档，用最近的备份核对，并把错误代码告诉管理员。")


class LedgerRolledBack(LedgerBroken):
    """The database was replaced by an older copy, or the checkpoint beside it was removed."""

    code = "archive.rolled-back"
    happened = mark("档案库比最近的检查点旧：应有 {expected} 条记录，现有 {found} 条。")
    advice = mark(
        "档案库可能被换成了旧文件。请停止归档，用最新的备份恢复，并把错误代码告诉管理员。"
    )


class CheckpointDamaged(LedgerBroken):
    """`archive.checkpoint` is missing or was altered."""

    code = "archive.checkpoint-damaged"
    happened = mark("档案检查点文件“{file}”丢失或被改动，无法确认档案库没有被换成旧文件。")
    advice = mark("请从备份恢复该文件后重试，并把错误代码告诉管理员。")


class BackupBroken(BadInput):
    """A backup is not whole; ``reason`` says what is wrong."""

    code = "archive.backup-broken"
    happened = mark("备份不完整或已损坏：{reason}")
    safe = mark("原有档案没有改动。")
    advice = mark("请改用另一份备份，或重新备份。")
