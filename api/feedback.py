"""POST /api/feedback: was the answer of use?"""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.exceptions import HTTPException

from api.problems import PROBLEM_RESPONSES
from api.schemas import FeedbackRequest
from api.service import TheService

router = APIRouter(tags=["chat"], responses=PROBLEM_RESPONSES)


@router.post("/api/feedback", status_code=204)
def rate(given: FeedbackRequest, service: TheService) -> None:
    """The last rating of an answer counts. 404 for an answer that is not known or has been deleted since."""
    if not service.store.rate(given.answer_id, given.rating, given.comment, date.today()):
        raise HTTPException(404)
