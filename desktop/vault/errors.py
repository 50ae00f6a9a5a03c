"""What can go wrong with the vault.

YidaoError
└── VaultTrouble            the vault could not do what was asked
    ├── VaultBusy           another program holds it
    ├── VaultFull           no room is left on the disk
    ├── VaultLocked         it was locked while in use
    └── VaultConflict       a rule of a table was broken
BadInput
└── VaultDamaged            a file of the vault is not what was written
    ├── NotEncrypted        the database is in the clear
    ├── KeysDamaged         vault.keys was altered, or put back to an older state
    └── BlobDamaged         a file under blobs/ was altered, cut or removed
Refused
├── VaultMissing            there is no vault in the folder
├── VaultExists             there already is one, and it is never written over
├── NoFittingSlot           no key slot belongs to this UKEY
├── RecoveryRefused         the recovery shares do not open it
├── SlotNeeded              the slot is the last of its kind and stays
└── VaultTooNew             written by a newer version of the program
"""

from formats.errors import BadInput, Refused, YidaoError
from formats.i18n import mark


class VaultTrouble(YidaoError):
    """The vault could not do what was asked."""

    code = "vault.trouble"
    happened = mark("本机加密库没有完成操作。")
    safe = mark("这一步没有写入，已存的公文和档案都在。")
    advice = mark("请重试；若仍不成功，请检查磁盘和文件夹权限，并把错误代码告诉管理员。")


class VaultBusy(VaultTrouble):
    """Another program holds the vault for longer than we wait."""

    code = "vault.busy"
    happened = mark("本机加密库正被另一个程序使用。")
    advice = mark("请关闭另一个驿道窗口或命令后重试。")


class VaultFull(VaultTrouble):
    """No room is left on the disk."""

    code = "vault.disk-full"
    happened = mark("磁盘空间不足，本机加密库没有写成。")
    advice = mark("请清理磁盘空间后重试。")


class VaultLocked(VaultTrouble):
    """The vault was locked; its key is gone from memory."""

    code = "vault.locked"
    happened = mark("本机加密库已锁定。")
    advice = mark("请插入 UKEY 并输入 PIN，重新打开。")


class VaultConflict(VaultTrouble):
    """A constraint of a table refused the row."""

    code = "vault.conflict"
    happened = mark("要写入的记录与已有记录冲突，没有写入。")
    advice = mark("请刷新后重试；若仍不成功，请把错误代码告诉管理员。")


class VaultDamaged(BadInput):
    """A file of the vault is not what was written; ``file`` names it."""

    code = "vault.damaged"
    happened = mark("本机加密库的文件“{file}”已损坏或被改动。")
    safe = mark("没有改动任何文件。")
    advice = mark("请勿删除该文件夹；请用最近的备份恢复，并把错误代码告诉管理员。")


class NotEncrypted(VaultDamaged):
    """The database is not encrypted, or the program's SQLite has no encryption."""

    code = "vault.not-encrypted"
    happened = mark("“{file}”没有加密，不予打开。")
    advice = mark("请立即把错误代码告诉管理员，并查明该文件的来历。")


class KeysDamaged(VaultDamaged):
    """`vault.keys` was altered, or put back to an older state."""

    code = "vault.keys-damaged"
    happened = mark("本机加密库的钥匙文件“{file}”已损坏或被改动（{reason}）。")
    advice = mark("请勿删除该文件夹；请从备份恢复该文件后重试。")


class BlobDamaged(VaultDamaged):
    """A file under ``blobs/`` was altered, cut or removed."""

    code = "vault.blob-damaged"
    happened = mark("本机加密库中的文件“{file}”已损坏、被改动或丢失。")
    advice = mark("请用最近的备份恢复该文件；其他公文不受影响。")


class VaultMissing(Refused):
    """There is no vault in the folder; one is never made by itself."""

    code = "vault.missing"
    happened = mark("“{folder}”中没有完整的本机加密库（缺少“{file}”）。")
    safe = mark("没有改动，也没有新建任何文件。")
    advice = mark("请核对文件夹；若文件丢失，请用备份恢复。")


class VaultExists(Refused):
    """The folder already holds a vault."""

    code = "vault.exists"
    happened = mark("“{folder}”中已有本机加密库，不能覆盖。")
    advice = mark("请直接打开原有的加密库，或另选文件夹。")


class NoFittingSlot(Refused):
    """No key slot belongs to the UKEY or to the recovery secret."""

    code = "vault.no-slot"
    happened = mark("本机加密库没有登记这把 UKEY 或这种恢复方式，打不开。")
    safe = mark("没有改动任何文件，已存的公文和档案都在。")
    advice = mark("请换用登记过的 UKEY，或由保管人用恢复口令片打开后登记新的 UKEY。")


class RecoveryRefused(Refused):
    """The recovery shares do not open the vault; ``reason`` says why."""

    code = "vault.recovery-refused"
    happened = mark("恢复口令片打不开本机加密库：{reason}")
    safe = mark("没有改动任何文件，已存的公文和档案都在。")
    advice = mark("请逐字核对每张口令片，并凑足所需的张数后重试。")


class SlotNeeded(Refused):
    """The slot is the last UKEY slot or the recovery slot, and stays."""

    code = "vault.slot-needed"
    happened = mark("不能移除这个钥匙槽：{reason}")
    safe = mark("钥匙文件没有改动。")
    advice = mark("请先登记新的 UKEY 或新的恢复方式，再移除旧的。")


class VaultTooNew(Refused):
    """The vault was written by a newer version of the program."""

    code = "vault.too-new"
    happened = mark("本机加密库由更新版本的驿道写成，本版本不能打开。")
    safe = mark("没有改动任何文件。")
    advice = mark("请升级驿道后重试。")
