"""What a site answers when it answers nothing: unavailable, blocked, captcha rejected, gone, switched off.

Invariants: the sentence that tells the state apart is the real one (portal.md 1.7); everything else is the
rehearsal's own, and marked simulated.
"""

import zlib

from courttally.rehearsal.render_primary import MARK

_UNAVAILABLE = (
    "Информация временно недоступна. Приносим свои извинения. Попробуйте обратиться позже или обратитесь непосредственно в суд.",
    "В настоящий момент производится информационное наполнение сайта",
    "<b>Warning</b>: pg_connect(): Unable to connect to PostgreSQL server: timeout expired in <b>modules.php</b> on line <b>88</b>",
    "Сайт временно недоступен",
)


def unavailable(court: str = "") -> str:
    """Throttled or broken: the same markup for both. Most courts say it in the platform's words, some otherwise."""
    words = _UNAVAILABLE[max(0, zlib.crc32(f"unavailable/{court}".encode()) % 8 - 4)] if court else _UNAVAILABLE[0]
    return (
        f"{MARK}<div class='box box_common m-all_m'>"
        f"<div class='box__head box__head_white'>СУДЕБНОЕ ДЕЛОПРОИЗВОДСТВО</div>{words}</div>\n"
    )


def not_found() -> str:
    """The page is not there; sent with status 404."""
    return f"{MARK}<div id='content'><h1>404</h1><p>Запрошенная страница не найдена. Возможно, она была удалена или перемещена.</p></div>\n"


def captcha_rejected(delo_id: str, new: str) -> str:
    """A missing code is a wrong code."""
    return (
        f"{MARK}<div id='content'>\n\t\t<div align='center' id='error'>Неверно указан проверочный код с картинки.\t\t<br><br>\n"
        f"""\t\t<a href="#" onclick="document.location.href = '/modules.php?name=sud_delo&srv_num=' + 1 + '&name_op=sf&delo_id={delo_id}&case_type=0&new={new}';">Вернуться на форму поиска<a>\n"""
        "\t</div>\n\t</div>\n"
    )


def session_over() -> str:
    """The code was right once and is too old now."""
    return f"{MARK}<div id='content'><div align='center' id='error'>Время жизни сессии закончилось. Введите код с картинки ещё раз.</div></div>\n"


def wrong_format() -> str:
    """The address is of another engine, or misses a part."""
    return f"{MARK}<div id='content'><div align='center' id='error'>НЕВЕРНЫЙ ФОРМАТ ЗАПРОСА!</div></div>\n"


def wrong_engine() -> str:
    """The address is of the other engine: the site shows a hint and no table."""
    return (
        f"{MARK}<div id='content'><div align='center'>для получения полной информации по делу или материалу,"
        " нажмите на номер</div></div>\n"
    )


def no_server() -> str:
    """There is no such srv_num."""
    return f"{MARK}<div id='content'><div align='center' id='error'>Указанный сервер СДП не найден.</div></div>\n"


def unsupported() -> str:
    """This court does not know the filter."""
    return f"{MARK}<div id='content'><div align='center' id='error'>ERROR LEVEL 2</div></div>\n"


def module_off() -> str:
    """The court has no such module."""
    return f"{MARK}<div id='content'><div align='center'>Данный модуль неактивен</div></div>\n"


def empty_document() -> str:
    """There is no such act."""
    return f"{MARK}<div id='content'><div align='center'>ПУСТОЙ ДОКУМЕНТ</div></div>\n"


def blocked(address: str) -> str:
    """Refused by where the request comes from."""
    return (
        f"{MARK}<div><h2>Этот запрос заблокирован по соображениям безопасности (G)</h2><p>Ваш IP: {address}</p></div>\n"
    )


def bad_agent() -> str:
    """Refused for its agent; sent with status 403."""
    return f"{MARK}<div><h2>Данный запрос некорректен и не может быть выполнен (B)</h2></div>\n"
