"""The first lock of every act on a result: its own row, before notices, batches and objections."""

from results.models import Result


def locked_result(result: Result) -> Result:
    """The result as it stands, locked until the transaction ends; others wait for it."""
    return (
        Result.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition", "round__edition")
        .get(pk=result.pk)
    )
