"""The command line: serve · worker · migrate · demo · keys · import · export · verify · openapi."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from app.config import Settings, load_settings
from app.errors import Refusal
from app.troubles import DatabaseAway, DurabilityIsOff


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app",
        description="重大项目代办服务，设置取自环境变量 · Settings come from the environment (MPS_…).",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = _add(commands, "serve", "启动服务 · migrate, furnish an empty SQLite with a demo, and serve")
    serve.add_argument("--host", help="监听地址，默认取自 MPS_HOST · instead of MPS_HOST")
    serve.add_argument("--port", type=_port, help="端口，默认取自 MPS_PORT · instead of MPS_PORT")
    serve.add_argument(
        "--no-worker", action="store_true", help="不在本进程内运行后台任务 · serve requests only"
    )
    serve.add_argument("--no-setup", action="store_true", help="不迁移、不装载 · neither migrate nor furnish")
    _add(commands, "worker", "后台任务 · the loop beside the servers")
    _add(commands, "migrate", "升级数据库 · bring the database to the present schema and found it")
    _add(commands, "demo", "装载演示数据 · 20 projects in every stage, and demo keys")
    keys = _add(commands, "keys", "密钥 · list, create, revoke API keys")
    actions = keys.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add(actions, "list", "列出密钥 · list every key and what it may")
    create = _add(actions, "create", "创建密钥，只显示一次 · make a key, shown once")
    create.add_argument("--client", required=True, help="接入系统名称，没有则登记 · registered if need be")
    create.add_argument("--area", required=True, help="区域代码，如 320600 · code of its area")
    create.add_argument("--roles", help="角色，用逗号分隔，默认 officer · parted by commas, officer if none")
    revoke = _add(actions, "revoke", "吊销密钥 · revoke a key for good")
    revoke.add_argument("--id", required=True, help="密钥编号，见 keys list · its id in the list")
    bring = _add(commands, "import", "导入 · import an event log, or a calendar's notice")
    kinds = bring.add_subparsers(dest="kind", required=True, metavar="KIND")
    log = _add(kinds, "event-log", "事件日志 · cases of another system, as docs/event-logs.md tells")
    log.add_argument("file", type=Path, help="CSV 文件 · the log as CSV")
    log.add_argument("--mapping", type=Path, required=True, help="映射文件 · how the log is to be read")
    log.add_argument("--propose", type=Path, help="只写出推导的流程 · only write the procedure derived")
    log.add_argument("--report", type=Path, help="逐行问题清单 · where to list bad rows")
    notice = _add(kinds, "calendar", "年度节假日安排 · the yearly notice, as a draft to be activated")
    notice.add_argument("file", type=Path, help="CSV 或 JSON 文件 · the notice as CSV or JSON")
    notice.add_argument("--code", default="cn", help="日历代码 · which calendar; an area's code for its own")
    notice.add_argument("--year", type=int, help="通知公布的年份 · the year that the notice announces")
    notice.add_argument("--notice", help="通知名称或文号 · name or number of the notice")
    take = _add(commands, "export", "导出 · export an event log")
    take.add_argument("kind", choices=["event-log"], help="事件日志 · every stage transition")
    take.add_argument("--format", choices=["csv", "xes"], default="csv", help="默认 csv · csv unless told")
    take.add_argument("--out", type=Path, help="输出文件，默认标准输出 · instead of standard output")
    check = _add(commands, "verify", "核验账本 · check the whole ledger")
    check.add_argument("--heads", type=Path, help="外部保存的检查点 · checkpoints kept outside")
    contract = _add(commands, "openapi", "接口文档 · print the OpenAPI document")
    contract.add_argument("--write", action="store_true", help="写入 openapi/ · write it to openapi/")
    return parser


def _add(commands: Any, name: str, told: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=told, description=told)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:  # noqa: PLR2004 - the last port there is
        raise argparse.ArgumentTypeError("0–65535")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its result is the exit code."""
    asked = _parser().parse_args(arguments)
    settings = load_settings()
    run = {
        "serve": _serve,
        "worker": _worker,
        "migrate": _migrate,
        "demo": _demo,
        "keys": _keys,
        "import": _import,
        "export": _export,
        "verify": _verify,
        "openapi": _openapi,
    }[asked.command]
    try:
        return run(settings, asked)
    except DatabaseAway as away:
        sys.stderr.write(f"{away.title.zh} · {away.title.en}: {away.__cause__}\n")
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.in_both_languages()}\n")
    except (DurabilityIsOff, OSError) as trouble:
        sys.stderr.write(f"{trouble}\n")
    return 1


def _serve(settings: Settings, asked: argparse.Namespace) -> int:
    from app import serving  # noqa: PLC0415 - each command loads what it needs

    return serving.serve(
        settings,
        host=asked.host or settings.host,
        port=settings.port if asked.port is None else asked.port,
        has_worker=not asked.no_worker,
        sets_up=not asked.no_setup,
    )


def _worker(settings: Settings, _asked: argparse.Namespace) -> int:
    from app import serving  # noqa: PLC0415 - as above

    return asyncio.run(serving.work_alone(settings))


def _migrate(settings: Settings, _asked: argparse.Namespace) -> int:
    from app import serving  # noqa: PLC0415 - as above

    asyncio.run(serving.set_up(settings))
    return 0


def _demo(settings: Settings, _asked: argparse.Namespace) -> int:
    from app import serving  # noqa: PLC0415 - as above
    from app.demo import loading  # noqa: PLC0415 - as above

    asyncio.run(serving.set_up(settings))
    return asyncio.run(loading.load(settings))


def _keys(settings: Settings, asked: argparse.Namespace) -> int:
    from app.clients import commands  # noqa: PLC0415 - as above

    if asked.action == "list":
        return asyncio.run(commands.list_keys(settings))
    if asked.action == "create":
        roles = asked.roles and [role.strip() for role in asked.roles.split(",")]
        return asyncio.run(commands.create_key(settings, asked.client, roles, asked.area))
    return asyncio.run(commands.revoke_key(settings, asked.id))


def _import(settings: Settings, asked: argparse.Namespace) -> int:
    if asked.kind == "calendar":
        from app.calendars.commands import import_calendar  # noqa: PLC0415 - as above

        facts = {"code": asked.code, "year": asked.year, "notice": asked.notice}
        return asyncio.run(import_calendar(settings, asked.file, **facts))
    from app.exchange import commands  # noqa: PLC0415 - as above

    return asyncio.run(
        commands.import_event_log(settings, asked.file, asked.mapping, asked.propose, asked.report)
    )


def _export(settings: Settings, asked: argparse.Namespace) -> int:
    from app.exchange import commands  # noqa: PLC0415 - as above

    return asyncio.run(commands.export_event_log(settings, asked.format, asked.out))


def _verify(settings: Settings, asked: argparse.Namespace) -> int:
    from app.events.verifying import run_verify  # noqa: PLC0415 - as above

    return asyncio.run(run_verify(settings, asked.heads))


def _openapi(settings: Settings, asked: argparse.Namespace) -> int:
    from app.main import create_app  # noqa: PLC0415 - as above
    from app.openapi import DOCUMENT, written  # noqa: PLC0415 - as above

    text = written(create_app(settings).openapi())
    if asked.write:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
