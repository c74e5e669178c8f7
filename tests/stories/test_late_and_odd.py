"""What comes after the task was made, and Zendesk's odd states, through the jobs."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.zendesk import DeskOptions
from zenhub_sync.sandbox.zendesk.survey import Answer


def escalated(stage: Stage, *, minutes_after: float = 60, comment: str | None = None) -> int:
    """Let a surveyed ticket be rated badly some time after the survey went out, and its task be made."""
    world = seed_many(stage.sandbox, tickets=20)
    stage.setup()
    stage.import_()
    number = world.offered[0]
    stage.clock.advance(60 * minutes_after)
    stage.sandbox.desk.rate(number, points=1, comment=comment)
    stage.refresh()
    return number


def task(stage: Stage, number: int) -> dict[str, str]:
    """Return the ticket's one task."""
    ((_, found),) = stage.tasks_of(number).items()
    return dict(found)


def test_a_comment_that_comes_days_later_is_added_to_the_open_task_once(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        assert "sem comentário" in task(stage, number)["hs_task_body"]
        stage.clock.advance(5 * 24 * 3600)
        stage.sandbox.desk.rate(number, points=1, comment="Ninguém <b>respondeu</b>\nAna")

        stage.refresh()

        lines = task(stage, number)["hs_task_body"].splitlines()
        assert lines[-3].startswith("Comentário do cliente (27/11/2026 ")
        assert lines[-3].endswith("“Ninguém &lt;b&gt;respondeu&lt;/b&gt;<br>")
        assert lines[-1] == f"ref zenhub:escalation:{number}:1"
        assert stage.hubspot_ticket(number)["zendesk_csat_comment"] == "Ninguém <b>respondeu</b>\nAna"
        written = len(stage.writes())
        stage.refresh()
        assert len(stage.writes()) == written


def test_words_that_do_not_bring_their_ticket_back_are_heard_within_a_day(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        stage.refresh()
        survey = stage.sandbox.desk.records.surveys.of_ticket(number)
        assert survey is not None
        assert survey.rating is not None
        survey.comment = Answer(value="Ainda espero", created_at=stage.clock.now(), updated_at=stage.clock.now())
        survey.rating.updated_at = stage.clock.now()

        stage.refresh()
        assert "Ainda espero" not in task(stage, number)["hs_task_body"]

        stage.clock.advance(24 * 3600 - 600)  # the same hour of the next day, a little early
        stage.refresh()
        assert task(stage, number)["hs_task_body"].count("Ainda espero") == 1


def test_the_old_complaint_does_not_stand_beside_a_good_rating(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage, comment="Horrível")
        stage.sandbox.desk.rate(number, points=5)
        stage.refresh()
        assert stage.sandbox.desk.ticket(number)["satisfaction_rating"]["comment"] == "Horrível", "Zendesk keeps it"
        ticket = stage.hubspot_ticket(number)
        assert (ticket["zendesk_csat"], ticket.get("zendesk_csat_comment", "")) == ("good", "")
        assert task(stage, number)["hs_task_body"].count("Horrível") == 1


def test_a_click_right_after_the_survey_asks_to_confirm_and_a_person_does_not(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=20)
        stage.setup()
        stage.import_()
        solved = (number for number in world.tickets if stage.sandbox.desk.ticket(number)["status"] == "solved")
        clicked, said = [number for number in solved if number not in world.offered][:2]
        for number in (clicked, said):
            stage.sandbox.desk.offer_survey(number)
        stage.clock.advance(4)
        stage.sandbox.desk.rate(clicked, points=1)
        stage.sandbox.desk.rate(said, points=1, comment="Ruim")
        stage.refresh()
        assert "confirmar" in task(stage, clicked)["hs_task_subject"]
        assert "Confirme antes de agir" in task(stage, clicked)["hs_task_body"]
        assert "confirmar" not in task(stage, said)["hs_task_subject"]


def test_the_second_bad_rating_of_a_company_in_a_month_says_so(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage, comment="Um")
        organization = stage.sandbox.desk.ticket(number)["organization_id"]
        requester = stage.sandbox.desk.ticket(number)["requester_id"]
        other = stage.sandbox.desk.add_ticket(
            subject="Outra vez", requester_id=requester, organization_id=organization, status="solved"
        )
        stage.sandbox.desk.offer_survey(other)
        stage.import_()
        stage.clock.advance(3600)
        stage.sandbox.desk.rate(other, points=2, comment="Dois")
        stage.refresh()
        assert "x/30d" not in task(stage, number)["hs_task_subject"]
        assert "(2x/30d) — ticket #" in task(stage, other)["hs_task_subject"]
        assert "2 avaliações ruins" in task(stage, other)["hs_task_body"]


def test_the_task_of_a_merged_ticket_names_the_survivor(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        survivor = stage.sandbox.desk.add_ticket(subject="O que fica", requester_id=None)
        stage.sandbox.desk.merge(number, survivor)

        stage.refresh()

        assert f">#{survivor}</a>" in task(stage, number)["hs_task_body"].splitlines()[-2]
        ticket = stage.hubspot_ticket(number)
        assert ticket["hs_pipeline_stage"] == "zenhub_closed"
        assert ticket["content"].startswith(f"Mesclado no ticket #{survivor}: ")
        written = len(stage.writes())
        stage.refresh()
        stage.import_()
        assert [write for write in stage.writes()[written:] if write.kind == "tasks"] == []


def test_what_the_configuration_leaves_out_never_arrives(database_url: str) -> None:
    config = Config.model_validate({"zendesk": {"exclude": {"organizations": ["Testes"], "agents_as_requester": True}}})
    with set_stage(database_url, config) as stage:
        desk = stage.sandbox.desk
        stage.setup()
        tests = desk.add_organization("testes")
        someone = desk.add_user("Rui", "rui@cliente.example", organization_id=None)
        tester = desk.add_user("Bot", "bot@testes.example", organization_id=tests)
        desk.add_ticket(subject="Teste", requester_id=tester, organization_id=tests)
        kept = desk.add_ticket(subject="De verdade", requester_id=someone)
        report = stage.import_()
        assert report.tally.created == 1
        assert stage.hubspot_ticket(kept)["subject"] == "De verdade"


def test_an_account_without_access_to_surveys_still_escalates_and_status_can_tell(database_url: str) -> None:
    with set_stage(database_url) as stage:
        stage.sandbox.desk.options = DeskOptions(survey_access=False)
        number = escalated(stage, comment="Ruim")
        assert "Comentário: “Ruim”" in task(stage, number)["hs_task_body"]
        assert stage.overview().unreadable_lists == ["surveys_unreadable", "ratings_unreadable"]
        stage.sandbox.desk.options = DeskOptions()
        stage.clock.advance(timedelta(days=1).total_seconds())
        stage.sandbox.desk.touch(number)
        stage.refresh()
        assert stage.overview().unreadable_lists == []


def test_with_the_scope_for_it_the_legacy_list_tells_that_a_rating_is_old(database_url: str) -> None:
    config = Config.model_validate({"zendesk": {"scopes": ["read"]}})
    with set_stage(database_url, config) as stage:
        desk = stage.sandbox.desk
        desk.options = DeskOptions(csat="legacy")
        stage.setup()
        someone = desk.add_user("Rui", "rui@cliente.example", organization_id=None)
        numbers = []
        for days in (20, 2):
            with desk.at(stage.clock.now() - timedelta(days=days)):
                number = desk.add_ticket(subject="Caso", requester_id=someone, status="solved")
                desk.offer_survey(number)
                desk.rate(number, score="bad", comment="Ruim")
            desk.edit(number, priority="high")  # both are updated today
            numbers.append(number)

        report = stage.import_()

        assert (report.tally.opened, report.tally.suppressed) == (1, 1)
        assert stage.overview().unreadable_lists == []
        assert stage.hubspot_ticket(numbers[1])["zenhub_task_key"] == f"escalation:{numbers[1]}:1"


def test_a_follow_up_is_a_ticket_of_its_own_that_names_its_parent(database_url: str) -> None:
    with set_stage(database_url) as stage:
        desk = stage.sandbox.desk
        stage.setup()
        parent = desk.add_ticket(subject="Primeiro", requester_id=None, status="closed")
        via = {"channel": "email", "source": {"from": {"ticket_id": parent}, "to": {}, "rel": "follow_up"}}
        child = desk.add_ticket(subject="De novo", requester_id=None, description="Voltou.", via=via)
        stage.import_()
        content = stage.hubspot_ticket(child)["content"]
        assert content == f"Continuação do ticket #{parent}: https://acme.zendesk.com/agent/tickets/{parent}\n\nVoltou."
        assert stage.hubspot_ticket(parent)["hs_pipeline_stage"] == "zenhub_closed"


def test_reopened_and_rated_badly_anew_between_two_looks_is_a_new_case(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        ((done, _),) = stage.tasks_of(number).items()
        stage.sandbox.portal.update("tasks", done, {"hs_task_status": "COMPLETED"})
        stage.refresh()
        stage.sandbox.desk.set_status(number, "open")
        stage.refresh()
        assert len(stage.tasks_of(number)) == 1, "the old rating is no new case"

        stage.sandbox.desk.set_status(number, "solved")
        stage.clock.advance(3600)
        stage.sandbox.desk.rate(number, points=2, comment="De novo")
        stage.refresh()

        assert len(stage.tasks_of(number)) == 2
        assert stage.hubspot_ticket(number)["zenhub_task_key"] == f"escalation:{number}:2"


def complete_its_task(stage: Stage, number: int) -> None:
    for task_id in stage.tasks_of(number):
        stage.sandbox.portal.update("tasks", task_id, {"hs_task_status": "COMPLETED"})
    stage.clock.advance(3600)
    stage.refresh()


def test_reopened_solved_and_rated_badly_again_between_two_looks_is_a_new_case(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        complete_its_task(stage, number)
        for status in ("open", "solved"):
            stage.clock.advance(600)
            stage.sandbox.desk.set_status(number, status)
        stage.clock.advance(600)
        stage.sandbox.desk.rate(number, points=1, comment="De novo")
        stage.refresh()
        marks = sorted(found["hs_task_body"].splitlines()[-1] for found in stage.tasks_of(number).values())
        assert marks == [f"ref zenhub:escalation:{number}:{episode}" for episode in (1, 2)]


def test_words_added_after_the_task_was_completed_are_no_new_case(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        complete_its_task(stage, number)
        stage.sandbox.desk.rate(number, points=1, comment="E digo mais")
        stage.refresh()
        assert len(stage.tasks_of(number)) == 1


def test_a_ticket_that_a_person_took_out_of_contato_cs_does_not_go_on_to_after_contact(database_url: str) -> None:
    after = {"hubspot": {"pipeline": {"after_contact": {"id": "zenhub_after", "label": "CS contatado"}}}}
    with set_stage(database_url, Config.model_validate(after)) as stage:
        number = escalated(stage)
        stage.sandbox.portal.update("tickets", stage.hubspot_id(number), {"hs_pipeline_stage": "zenhub_solved"})
        complete_its_task(stage, number)
        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_solved"


def test_an_old_bad_rating_that_comes_again_unchanged_is_not_written_again(database_url: str) -> None:
    with set_stage(database_url) as stage:
        desk = stage.sandbox.desk
        stage.setup()
        with desk.at(stage.clock.now() - timedelta(days=20)):
            number = desk.add_ticket(subject="Caso", requester_id=None, status="solved")
            desk.rate(number, points=1)
        assert stage.import_().tally.suppressed == 1
        desk.touch(number)
        assert stage.import_().tally.unchanged == 1
