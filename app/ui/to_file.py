"""One way from a made file to the place the clerk chooses, and to the message bar."""

from collections.abc import Callable

from app.ui.ports import Printing, Say

PDF, XLSX = "PDF (*.pdf)", "Excel 表格 (*.xlsx)"


def to_file(
    printing: Printing, say: Say, told: str | Callable[[], None], *, name: str, kinds: str
) -> Callable[[bytes], None]:
    """What is done with the bytes once they are made; ``told`` (or called) when they are saved, nothing when the clerk gives up."""

    def made(data: bytes) -> None:
        try:
            saved = printing.save_file(data, suggested_name=name, kinds=kinds)
        except Exception as error:  # noqa: BLE001 - said, whatever it is
            say.error(error)
            return
        if saved and callable(told):
            told()
        elif saved:
            say.notice(str(told))

    return made
