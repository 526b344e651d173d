"""What happens at the service task of the booking."""

from cases.documents import store
from cases.models import Case
from cases.pdf import Letter, Text, render
from engine.handlers import HandlerContext, handler


@handler("booking.confirm", runs="job", repeat="keyed")
def confirm(context: HandlerContext) -> None:
    """Write the confirmation."""
    case = Case.objects.get(instance_id=context.instance_id)
    letter = Letter("Pašvaldība", (), "", case.number, (), "Telpa", (Text("Telpa ir pieteikta."),))
    store(
        case,
        kind="booking",
        title_lv="Telpas pieteikums",
        title_en="Booking",
        file_name="telpa.pdf",
        content=render(letter),
        author="system",
        now=context.now,
        natural_key=f"booking:{context.job_id}",
    )
