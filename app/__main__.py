"""The command line: serve · worker · migrate · demo · keys · import · export · verify · openapi."""

import argparse
import asyncio
import sys
from pathlib import Path

from app.config import Settings, load_settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="启动服务 · migrate, furnish when empty, and serve")
    serve.add_argument("--host")
    serve.add_argument("--port", type=int)
    serve.add_argument(
        "--no-worker", action="store_true", help="不在本进程内运行后台任务 · serve requests only"
    )
    serve.add_argument("--no-setup", action="store_true", help="不迁移、不装载 · neither migrate nor furnish")
    commands.add_parser("worker", help="后台任务 · the loop beside the servers")
    commands.add_parser("migrate", help="升级数据库 · bring the database to the present schema and found it")
    commands.add_parser("demo", help="装载演示数据 · 20 projects in every stage, and demo keys")
    keys = commands.add_parser("keys", help="密钥 · list, create, revoke API keys")
    keys.add_argument("action", choices=["list", "create", "revoke"])
    keys.add_argument("--client", default="")
    keys.add_argument("--roles", default="officer")
    keys.add_argument("--area", default="")
    keys.add_argument("--id", default="")
    bring = commands.add_parser("import", help="导入 · import an event log, or a calendar's notice")
    bring.add_argument("kind", choices=["event-log", "calendar"])
    bring.add_argument("file", type=Path)
    bring.add_argument("--mapping", type=Path, help="事件日志的映射 · how an event log is to be read")
    bring.add_argument("--code", default="cn", help="日历代码 · which calendar; an area's code for its own")
    bring.add_argument("--year", type=int, help="通知公布的年份 · the year that the notice announces")
    bring.add_argument("--notice", help="通知名称或文号 · name or number of the notice")
    bring.add_argument("--propose", type=Path, help="只写出推导的流程 · only write the procedure derived")
    bring.add_argument("--report", type=Path, help="逐行问题清单 · where to list bad rows")
    take = commands.add_parser("export", help="导出 · export an event log")
    take.add_argument("kind", choices=["event-log"])
    take.add_argument("--format", choices=["csv", "xes"], default="csv")
    take.add_argument("--out", type=Path)
    check = commands.add_parser("verify", help="核验账本 · check the whole ledger")
    check.add_argument("--heads", type=Path, help="外部保存的检查点 · checkpoints kept outside")
    contract = commands.add_parser("openapi", help="接口文档 · print the OpenAPI document")
    contract.add_argument("--write", action="store_true", help="写入 openapi/ · write it to openapi/")
    return parser


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
    return run(settings, asked)


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
        return asyncio.run(commands.create_key(settings, asked.client, asked.roles.split(","), asked.area))
    return asyncio.run(commands.revoke_key(settings, asked.id))


def _import(settings: Settings, asked: argparse.Namespace) -> int:
    if asked.kind == "calendar":
        from app.calendars.commands import import_calendar  # noqa: PLC0415 - as above

        facts = {"code": asked.code, "year": asked.year, "notice": asked.notice}
        return asyncio.run(import_calendar(settings, asked.file, **facts))
    if asked.mapping is None:
        _parser().error("--mapping")
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
