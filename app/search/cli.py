"""`flask search …`: build the index, say how it stands, catch up, and measure how good it is."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from app.gateways.doors import gateways
from app.gateways.search import EngineAway, WriterBusy
from app.search import evaluation, judging, keeping, queries
from app.shared.sweeps import Sweep

cli = AppGroup("search", help="The search index.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def catch_up() -> int:
    """What lost jobs left; another process that writes right now does it as well."""
    try:
        return keeping.catch_up(gateways().search)
    except WriterBusy:
        return 0


SWEEP = Sweep("search.catch-up", catch_up, every_s=20)


@cli.command("rebuild")
@click.option("--if-missing", is_flag=True, help="Only when there is no index yet.")
def rebuild(if_missing: bool) -> None:
    """Build the index anew beside the live one, then switch. Killed half-way, it leaves the live one serving."""
    if if_missing and _exists():
        click.echo("the search index is there")
        return
    try:
        with click.progressbar(length=queries.count_on_shelf(), label="Index") as bar:
            count = keeping.rebuild(gateways().search, bar.update)
    except WriterBusy as problem:
        raise click.ClickException("somebody else writes to the index right now: try again later") from problem
    click.echo(f"{count} SKUs in the search index")


@cli.command("status")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """Documents, age and lag of the index; exit code 1 when there is none."""
    try:
        stand = keeping.standing(gateways().search)
    except EngineAway:
        raise click.ClickException("there is no search index: run `flask search rebuild`") from None
    if as_json:
        click.echo(json.dumps(stand.as_facts()))
        return
    click.echo(f"documents   {stand.documents} of {stand.on_shelf} SKUs on the shelf")
    click.echo(f"words       {stand.words}")
    click.echo(f"size        {stand.size_bytes / 1_000_000:.1f} MB")
    click.echo(f"built       {stand.built_at[:19]}")
    click.echo(f"looked      {stand.looked_at[:19]} ({stand.age_s:.0f} s ago)")
    waiting = "?" if stand.waiting is None else stand.waiting
    click.echo(f"behind      {stand.behind} SKUs changed since, {waiting} wait for a job")


@cli.command("sweep")
def sweep() -> None:
    """Index what changed since the last look, whatever became of the jobs."""
    click.echo(f"{catch_up()} entries written")


@cli.command("evaluate")
@click.argument("file", type=FILE)
@click.option(
    "--catalogue", type=FILE, help="CSV id,name,brand,category,caption,specs: judge over these goods instead."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--misses", is_flag=True, help="Show the top of every question that is not perfect.")
def evaluate(file: Path, catalogue: Path | None, as_json: bool, misses: bool) -> None:
    """Ask the judged questions of FILE (CSV qid,type,query,metric,rule,note) and print how well they were answered.

    \b
    ndcg@10    gain of the relevant among the first ten, against the best possible order
    p@10       relevant among the ten places, or among as many as the catalogue could fill
    recall@10  relevant found of those that fit into ten places
    (empty)    must find nothing: 1 or 0
    """
    try:
        judged = evaluation.read_judged(file)
        if catalogue is None:
            scores = judging.judge_mall(gateways().search, judged)
        else:
            goods = evaluation.read_catalogue(catalogue)
            scores = judging.judge_goods(goods, judged, gateways().search.elsewhere)
    except evaluation.BadFile as problem:
        raise click.ClickException(str(problem)) from problem
    except EngineAway:
        raise click.ClickException("there is no search index: run `flask search rebuild`") from None
    if as_json:
        click.echo(json.dumps(evaluation.summary(scores), ensure_ascii=False))
    else:
        click.echo("\n".join(evaluation.table(scores, misses)))


def _exists() -> bool:
    try:
        return bool(keeping.read_mark(gateways().search).built_at)
    except EngineAway:
        return False
