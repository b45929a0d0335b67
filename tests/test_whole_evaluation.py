"""The whole evaluation from a button: a job of its own that tells how far it is and leaves nothing when it is ended."""

from __future__ import annotations

import time
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.admin_site import TOKEN, small_corpus
from tests.support.waiting import BUILD_S
from tests.test_admin import ended


def test_it_is_begun_followed_and_cancelled(
    tmp_path: Path, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> None:
    small = small_corpus(tmp_path, settings.data_dir / "models")
    build_index(small, embedder, lexicon)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}
    with TestClient(create_app(small, Chatbot(small, embedder, lexicon)), headers=headers) as client:
        assert "button" in client.get("/api/admin/evaluation").json()["detail"]
        job = client.post("/api/admin/evaluation").json()
        assert (job["kind"], job["draft_id"], job["status"]) == ("whole_evaluation", None, "running")
        assert client.post("/api/admin/evaluation").status_code == 409
        deadline = time.monotonic() + BUILD_S
        while (told := client.get(f"/api/admin/jobs/{job['id']}").json())["progress"].get("stage") != "ask":
            assert (told["status"], time.monotonic() < deadline) == ("running", True), told
            time.sleep(0.1)
        assert (told["progress"]["total"] > 100, told["progress"]["percent"] > 0) == (True, True)
        assert client.post(f"/api/admin/jobs/{job['id']}/cancel").status_code in (200, 202)
        assert ended(client, job["id"])["status"] == "cancelled"
        # It is no result, and what it wrote on its way is not taken for one.
        assert client.get("/api/admin/evaluation").status_code == 404
        [begun, _] = client.get("/api/admin/audit", params={"action": "evaluate"}).json() * 2
        assert begun["subject"] == "evaluation"
