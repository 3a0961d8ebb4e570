"""the ledger's guards: append-only by trigger, its head moved by the event itself."""

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from app.table import Id, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GENESIS = "0" * 64

SQLITE = [
    """
    CREATE TRIGGER event_moves_head AFTER INSERT ON event BEGIN
      SELECT RAISE(ABORT, 'event_out_of_order') WHERE NOT EXISTS (
        SELECT 1 FROM chain_head WHERE sequence = NEW.sequence - 1 AND hash = NEW.previous_hash);
      UPDATE chain_head SET sequence = NEW.sequence, hash = NEW.hash, recorded_at = NEW.recorded_at;
    END
    """,
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'append_only'); END",
]
POSTGRES = [
    """
    CREATE FUNCTION move_chain_head() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE chain_head SET sequence = NEW.sequence, hash = NEW.hash, recorded_at = NEW.recorded_at
       WHERE sequence = NEW.sequence - 1 AND hash = NEW.previous_hash;
      IF NOT FOUND THEN RAISE EXCEPTION 'event_out_of_order'; END IF;
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'append_only'; END $$
    """,
    "CREATE TRIGGER event_moves_head AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION move_chain_head()",
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER event_is_never_removed BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
]


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)
    head = sa.table(
        "chain_head",
        sa.column("id", sa.Integer()),
        sa.column("ledger_id", Id()),
        sa.column("sequence", sa.BigInteger()),
        sa.column("hash", sa.String()),
        sa.column("recorded_at", Moment()),
    )
    if op.get_bind().execute(sa.select(sa.func.count()).select_from(head)).scalar() == 0:
        start = datetime(2000, 1, 1, tzinfo=UTC)
        row = {"id": 1, "ledger_id": str(uuid.uuid4()), "sequence": 0, "hash": GENESIS, "recorded_at": start}
        op.bulk_insert(head, [row])


def downgrade() -> None:
    names = ["event_moves_head", "event_is_never_changed", "event_is_never_removed"]
    if op.get_bind().dialect.name == "sqlite":
        for name in names:
            op.execute(f"DROP TRIGGER {name}")
        return
    for name in names:
        op.execute(f"DROP TRIGGER {name} ON event")
    op.execute("DROP FUNCTION move_chain_head()")
    op.execute("DROP FUNCTION refuse_change()")
