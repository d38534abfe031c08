"""Recording what was said; what becomes of promises; Today."""

from rapport.customers.timeline.views.promises import closing, handing_over, moving, taking
from rapport.customers.timeline.views.recording import noting, promising, saying
from rapport.customers.timeline.views.today import today

__all__ = ["closing", "handing_over", "moving", "noting", "promising", "saying", "taking", "today"]
