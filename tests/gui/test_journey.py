"""The main job in three windows: write, seal, send; verify, sign for, file, find; return."""

from desktop.presenters.states import DetailState
from desktop.views.compose import ComposeScreen
from desktop.views.detail import LAYOUT
from tests.gui.conftest import Sit
from tests.support.nodes import CITY, COUNTY, PROVINCE, Nodes
from tests.support.windows import Dialogs, Person

TITLE = "安徽省人民政府办公厅关于开展电子公文交换试点工作的通知"
BODY = (
    "为推进全省电子公文交换，现就试点工作有关事项通知如下。\n"
    "一、统一使用驿道收发公文\n"
    "各单位应当在收到公文的当日签收。\n"
    "请认真贯彻执行。"
)


def write(person: Person) -> ComposeScreen:
    """Write the notice in the window, field by field."""
    window = person.window
    window.new_document()
    form = window.compose_screen.form
    form.serial.setValue(12)
    form.title.setText(TITLE)
    form.main.setText("合肥市人民政府办公室、肥西县人民政府办公室")
    form.note.setText("此件公开发布")
    form.body.setPlainText(BODY)
    person.wait(lambda: window.compose.form.body == BODY)
    person.wait(
        lambda: not window.compose.state.preview_stale and window.compose_screen.preview.pages > 0
    )
    return window.compose_screen


def receive(person: Person) -> None:
    """Press F5 until the notice is there, genuine and to be read."""
    person.sync_until(lambda: person.offered() == ["save", "return", "sign-for"])
    person.wait(lambda: person.window.inbox_screen.detail.preview.pages > 0)
    detail = person.window.inbox.state.detail
    assert detail is not None
    assert detail.card is not None
    assert "green" == detail.card.status
    assert "安徽省人民政府办公厅" in detail.card.sentence


def measured(person: Person) -> str:
    """The sentence on the layout of what is read, once it has been measured."""
    inbox = person.window.inbox
    person.wait(lambda: inbox.state.detail is not None and inbox.state.detail.layout is not None)
    assert person.window.inbox_screen.detail.tabs.isTabVisible(LAYOUT)
    return person.window.inbox_screen.detail.layout_words.text()


def journey(person: Person) -> DetailState:
    """What the sender sees of the dispatch."""
    return person.window.outgoing.state.detail or DetailState("", "")


def judged(person: Person) -> str:
    """The state in which the filed document is shown, once it has been judged."""
    archive = person.window.archive
    person.wait(lambda: archive.state.detail is not None and archive.state.detail.card is not None)
    assert archive.state.detail is not None
    assert archive.state.detail.card is not None
    return archive.state.detail.card.status


def test_a_document_travels_from_window_to_window_and_is_found(
    sit: Sit, nodes: Nodes, dialogs: Dialogs
) -> None:
    nodes.start()
    province, city, county = sit(PROVINCE), sit(CITY), sit(COUNTY)

    screen = write(province)
    assert [] == [f.code for f in province.window.compose.state.findings if f.severity == "block"]
    dialogs.enter_pin()
    screen.send_button.click()
    province.wait(lambda: "节点已有回执" in province.told())
    assert "2 个单位：合肥市人民政府办公室、肥西县人民政府办公室" in dialogs.seen[-1]
    assert province.window.stack.currentWidget() is province.window.outgoing_screen

    for desk in (city, county):
        receive(desk)
    assert "规定项目全部通过" in measured(city)

    dialogs.enter_pin()
    city.press("sign-for")
    city.wait(lambda: "file" in city.offered())
    city.press("file")
    city.wait(lambda: "已归档" in city.told())
    city.window.search.setText("贯彻")
    city.window.search.returnPressed.emit()
    city.wait(lambda: [TITLE] == [row.title for row in city.window.archive.state.rows])
    city.wait(lambda: city.window.archive_screen.detail.preview.pages > 0)
    assert "green" == judged(city)
    city.window.archive_screen.renew.click()
    city.wait(lambda: "查看 1 件，续签 1 件，未能续签 0 件。" == city.told())
    city.rest()
    assert "blue" == judged(city)

    dialogs.give_reason("other", "应由县水利局办理")
    dialogs.enter_pin()
    county.press("return")
    county.wait(lambda: "已办理" in county.told())

    province.window.go("outgoing")
    province.sync_until(
        lambda: ["partly_returned"] == [row.state for row in province.window.outgoing.state.rows]
    )
    province.wait(
        lambda: any("应由县水利局办理" in row.reason for row in journey(province).consignments)
    )
    province.rest()
