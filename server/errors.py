"""What can go wrong at a node. ``status`` is the HTTP status an API answer carries.

YidaoError
└── NodeError
    ├── Unforeseen          a defect of the program itself
    ├── NotSetUp            a key, certificate, directory or setting is missing
    ├── AlreadyRunning      another process serves this data folder
    ├── AddressUnusable     the server can not listen there
    │   └── AddressTaken    somebody else listens there
    ├── StorageFailed       the disk failed; the node stops
    ├── DatabaseDamaged     the database cannot be read any more
    ├── StorageFull         the disk is full; the node goes on answering reads
    ├── Draining            the node is stopping, or not ready yet
    ├── TooManyRequests     one body asks too much
    ├── NotLoggedIn         no session, or it has lapsed
    ├── LoginRefused        the proof, the certificate or the body is not accepted
    ├── NotFound            no such thing, or not for this body
    ├── IdTaken             the id is taken by other content
    ├── ChainMoved          something happened since the act was signed
    ├── ContentMismatch     digest or size is not what the signed header says
    ├── NotAccepted         a rule of acceptance forbids the dispatch
    ├── ActRefused          a signed act that is not what the call asks for
    ├── UploadConflict      the offset is not where the upload stands
    ├── ChecksumMismatch    a piece of an upload arrived damaged
    ├── RouteLoop           a consignment came back to where it was
    ├── DirectoryOlder      a directory that would go back
    ├── BackupFailed        a backup that could not be written
    ├── FileTrouble         a file of a command could not be read or written
    └── RestoreRefused      a backup that is damaged, or would overwrite a node
"""

from typing import ClassVar

from formats.errors import YidaoError
from formats.i18n import mark


class NodeError(YidaoError):
    """An end that the caller, or the operator, is told about."""

    code = "node.error"
    status: ClassVar[int] = 500
    safe = mark("已接收的公文没有丢失。")


class Unforeseen(NodeError):
    """A defect of ours; the text says so instead of blaming the operator."""

    code = "node.unforeseen"
    happened = mark("程序内部出错。")
    safe = mark("节点已保存的数据没有改动。")
    advice = mark("请重试；若仍不成功，请把错误代码和运行日志交给开发人员。")


class NotSetUp(NodeError):
    """Something the node needs is missing. ``what`` is missing, ``how`` gets it."""

    code = "node.not-set-up"
    status = 503
    happened = mark("节点尚未配置完成：缺少{what}。")
    safe = mark("节点没有启动，已有数据没有改动。")
    advice = mark("{how}")


class AlreadyRunning(NodeError):
    """Another process serves this data folder."""

    code = "node.already-running"
    status = 503
    happened = mark("节点已在运行：数据目录“{folder}”正由另一个进程使用。")
    safe = mark("没有启动第二个节点，正在运行的节点不受影响。")
    advice = mark("无需再次启动；如要重启，请先停止正在运行的节点。")


class AddressUnusable(NodeError):
    """The server can not listen at the address."""

    code = "node.address-unusable"
    status = 503
    happened = mark("不能在 {at} 监听：本机没有这个地址，或没有权限。")
    safe = mark("节点没有启动，已有数据没有改动。")
    advice = mark("请用 --host、--port 另选地址，或修改 node.json 后重试。")


class AddressTaken(AddressUnusable):
    """Somebody else listens there."""

    code = "node.address-taken"
    happened = mark("不能在 {at} 监听：该端口已被其他程序占用。")


class StorageFailed(NodeError):
    """A write or fsync failed; what is durable is no longer known, so the node stops."""

    code = "node.storage-failed"
    status = 503
    happened = mark("服务器存储出错，节点已停止接收。")
    safe = mark("没有回执的公文视为未接收，请保留在发件箱；已有回执的公文没有丢失。")
    advice = mark("请联系运维人员检查磁盘并重启节点，之后会自动重发。")


class DatabaseDamaged(NodeError):
    """The database file is damaged."""

    code = "node.database-damaged"
    status = 503
    happened = mark("节点的数据库已损坏，无法读取。")
    safe = mark("节点没有继续写入；有回执的公文可从备份和相邻节点找回。")
    advice = mark("请执行 yidao-node check 查看损坏之处，并从备份恢复。")


class StorageFull(NodeError):
    """No space left."""

    code = "node.storage-full"
    status = 507
    happened = mark("服务器存储空间不足，暂时不能接收。")
    safe = mark("公文仍在发件箱，已接收的公文没有丢失。")
    advice = mark("请联系运维人员扩充磁盘，之后会自动重发。")


class Draining(NodeError):
    """Stopping, or not ready yet."""

    code = "node.draining"
    status = 503
    happened = mark("服务器正在重启或停止。")
    advice = mark("无需操作，稍后会自动重试。")


class TooManyRequests(NodeError):
    """Over the rate of one body."""

    code = "node.too-many-requests"
    status = 429
    happened = mark("请求过于频繁。")
    advice = mark("无需操作，稍后会自动重试。")


class NotLoggedIn(NodeError):
    """No session, or it has lapsed."""

    code = "node.not-logged-in"
    status = 401
    happened = mark("尚未登录，或登录已失效。")
    advice = mark("请用本单位的 UKEY 重新登录。")


class LoginRefused(NodeError):
    """The proof does not match the challenge, or the certificate may not log in here."""

    code = "node.login-refused"
    status = 403
    happened = mark("登录被拒绝：{reason}。")
    advice = mark("请确认插入的是本单位的 UKEY，并与运维人员核对通讯录登记。")


class NotFound(NodeError):
    """No such thing for this body."""

    code = "node.not-found"
    status = 404
    happened = mark("没有找到该公文，或本单位无权查看。")
    advice = mark("请刷新收发文列表后重试。")


class IdTaken(NodeError):
    """Same id, other content."""

    code = "node.id-taken"
    status = 409
    happened = mark("该发文编号已用于另一份内容，不能重复使用。")
    safe = mark("先前的公文和回执保持不变，本次没有接收任何内容。")
    advice = mark("请重新封装后再发送；若非本人操作，请联系运维人员。")


class ChainMoved(NodeError):
    """The act names a record that is not the last one."""

    code = "node.chain-moved"
    status = 409
    happened = mark("签署之后该公文又有了新的流转记录。")
    safe = mark("本次操作没有生效，原有记录保持不变。")
    advice = mark("请刷新后重新签署。")


class ContentMismatch(NodeError):
    """What arrived is not what the header says."""

    code = "node.content-mismatch"
    status = 422
    happened = mark("收到的内容与签名的清单不符，可能在传输中损坏。")
    safe = mark("服务器没有接收任何内容，本机的公文仍在。")
    advice = mark("请重新发送；若仍不成功，请重新封装。")


class NotAccepted(NodeError):
    """A rule of acceptance forbids it."""

    code = "node.not-accepted"
    status = 422
    happened = mark("服务器拒收：{reason}")
    safe = mark("服务器没有接收任何内容，本机的公文仍在。")
    advice = mark("请按提示改正后重新封装发送。")


class ActRefused(NodeError):
    """The signed statement is not the act that was asked for."""

    code = "node.act-refused"
    status = 422
    happened = mark("签署的内容与所请求的操作不符：{reason}。")
    safe = mark("没有任何改动。")
    advice = mark("请刷新后重新操作。")


class UploadConflict(NodeError):
    """The offset is not where the upload stands, or another request is writing it."""

    code = "node.upload-conflict"
    status = 409
    happened = mark("上传位置不一致。")
    safe = mark("已上传的部分仍在。")
    advice = mark("无需操作，会自动从断点继续。")


class ChecksumMismatch(NodeError):
    """tus checksum extension: status 460."""

    code = "node.checksum-mismatch"
    status = 460
    happened = mark("上传的数据在传输中损坏。")
    safe = mark("损坏的部分没有保存，已上传的部分仍在。")
    advice = mark("无需操作，会自动重传。")


class RouteLoop(NodeError):
    """The consignment has been here, or went too far."""

    code = "node.route-loop"
    status = 422
    happened = mark("公文在节点之间循环转发，已停止。")
    safe = mark("公文仍在发出节点。")
    advice = mark("请联系运维人员核对节点的相邻关系。")


class DirectoryOlder(NodeError):
    """A snapshot never goes back."""

    code = "node.directory-older"
    status = 409
    happened = mark("通讯录版本 {offered} 低于或等于当前版本 {current}，不能导入。")
    safe = mark("当前通讯录保持不变。")
    advice = mark("请向上级节点索取最新的通讯录。")


class RestoreRefused(NodeError):
    """A backup that is damaged, or a target that is in use."""

    code = "node.restore-refused"
    happened = mark("不能恢复：{reason}。")
    safe = mark("目标目录没有改动。")
    advice = mark("请检查备份文件和目标目录后重试。")


class BackupFailed(NodeError):
    """A backup that could not be written; nothing of it is left."""

    code = "node.backup-failed"
    happened = mark("备份没有完成：{reason}。")
    safe = mark("节点不受影响，没有留下不完整的备份。")
    advice = mark("请检查目标位置的空间和权限，或另选空目录后重试。")


class FileTrouble(NodeError):
    """A file of a command could not be read or written."""

    code = "node.file-trouble"
    happened = mark("无法读写“{path}”：{reason}。")
    safe = mark("命令没有完成，节点已有的数据没有改动。")
    advice = mark("请核对文件名、文件夹和权限后重试。")
