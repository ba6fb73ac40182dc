"""rcc search: one query with its reasons, or many, one a line."""

from __future__ import annotations

import io
import json
import sys

import pytest

from tests.cli.conftest import BUYER, CHILD, PLACE, SELLER, Town


def test_found_though_misspelt(market: Town) -> None:
    found = market.told(BUYER, "search", "hil hous autisim 12f 30mi", "--from", "RG4", "--why")
    assert found.keys() >= {"query", "understood", "total", "results"}
    (hit,) = found["results"]
    assert hit.keys() >= {"id", "ref", "setting", "authority", "miles", "weekly", "score", "reasons"}
    assert (hit["ref"], hit["setting"], hit["authority"]) == ("OX-1", "Hill House", "931")
    assert 20 < hit["miles"] < 30
    assert all(reason.keys() == {"reason", "points"} for reason in hit["reasons"])


def test_as_text_with_reasons(market: Town) -> None:
    plain = market.at(BUYER, "search", "hill house 12f")
    assert "Hill House" in plain.out
    why = market.at(BUYER, "search", "hill house 12f", "--why")
    assert len(why.out.splitlines()) > len(plain.out.splitlines())


def test_a_request_fills_the_filters_in(market: Town) -> None:
    young = market.told(BUYER, "request", "add", "--age", "3", "--sex", "F")["id"]
    older = market.told(BUYER, "request", "add", *CHILD)["id"]
    assert market.told(BUYER, "search", "--request", young)["total"] == 0
    assert market.told(BUYER, "search", "--request", older[:8])["total"] == 1
    assert market.at(BUYER, "search", "--request", "abcd1234").code == 1


def test_what_is_new_for_a_request_is_told_until_it_is_searched_for(market: Town) -> None:
    request = market.told(BUYER, "request", "add", *CHILD)["id"]
    assert "new place" not in market.at(BUYER, "today").out
    described = [word.replace("OX-1", "OX-2") for word in PLACE]
    new = market.told(SELLER, "vacancy", "add", *described)["id"]
    market.carry(SELLER, BUYER)
    for _ in range(2):
        assert "1 new place fits" in market.at(BUYER, "today").out
    assert market.told(BUYER, "search", "hill")["new"] == []
    assert f"new for this request: {new[:8]}" in market.at(BUYER, "search", "--request", request[:8]).out
    assert market.told(BUYER, "search", "--request", request)["new"] == []
    assert "new place" not in market.at(BUYER, "today").out


def test_a_bad_filter_is_a_problem_and_no_failure(market: Town) -> None:
    found = market.told(BUYER, "search", "hill <abc")
    assert found["problems"]
    assert found["total"] == 1


def test_a_line_given_whole_is_a_line_finished(market: Town) -> None:
    found = market.told(BUYER, "search", "hill 12f 13m")
    assert found["problems"] == ["12f: “13m” counts, for it comes later"]
    said = market.at(BUYER, "search", "hill by 31 feb type:K9 foo:bar")
    assert said.code == 0
    assert "by 31 feb: there is no such day" in said.out
    assert "type:K9" in said.out
    assert "foo:bar: there is no filter foo:" in said.out
    assert "Hill House" in said.out


def test_the_score_is_the_sum_of_its_reasons(market: Town) -> None:
    request = market.told(BUYER, "request", "add", *CHILD)["id"]
    (hit,) = market.told(BUYER, "search", "hil", "--request", request)["results"]
    assert hit["score"] == sum(one["points"] for one in hit["reasons"])
    assert hit["match"] == 1 < market.told(BUYER, "search", "hlil")["results"][0]["match"]
    assert hit["barriers"] == []
    assert hit["borderline"] == (17 <= hit["miles"] <= 23)
    assert any("miles" in one["reason"] for one in hit["reasons"])


def test_what_cannot_be_is_marked_once_its_filter_is_let_go(market: Town) -> None:
    request = market.told(BUYER, "request", "add", "--age", "3", "--sex", "F")["id"]
    assert market.told(BUYER, "search", "--request", request)["total"] == 0
    (hit,) = market.told(BUYER, "search", "age:any", "--request", request)["results"]
    assert hit["barriers"] == ["takes ages 8–16, the child is 3"]
    assert {"reason": "not possible for this child", "points": -1000} in hit["reasons"]


def test_phrases_choices_and_owners(market: Town) -> None:
    for query, total in {
        '"hill house"': 1,
        '"house hill"': 0,
        '"oxford oxfordshire"': 0,
        "nowhere|hill": 1,
        "la:oxon": 1,
        "la:reading|931": 1,
        "-la:oxon": 0,
        "type:foster|K2 -type:U4": 1,
        'oxford -"hill house"': 0,
    }.items():
        assert market.at(BUYER, "search", "--json", "--", query).document["total"] == total, query


def test_one_line_a_query(market: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = ["hill house", "", "nothing of the kind 3m", "hill <abc"]
    path = market.file("queries.txt", "\n".join(queries))
    ran = market.at(BUYER, "search", "--batch", path)
    assert ran.code == 0
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["query"] for one in answers] == queries
    keys = {"query", "understood", "total", "ids", "micros", "problems"}
    assert all(one.keys() == keys for one in answers)
    assert [one["problems"] for one in answers[:3]] == [[], [], []]
    assert [one.partition(":")[0] for one in answers[3]["problems"]] == ["<abc"]
    whole = market.told(BUYER, "search", queries[3])["problems"]
    assert answers[3]["problems"] == whole
    assert answers[0]["total"] == len(answers[0]["ids"]) == 1
    monkeypatch.setattr(sys, "stdin", io.StringIO("hill house\n\udcff\n"))
    again, odd = market.at(BUYER, "search", "--batch", "-", "--json").out.splitlines()
    assert json.loads(again)["ids"] == answers[0]["ids"]
    assert json.loads(odd)["query"] == "\ufffd"


@pytest.mark.parametrize("words", [(), ("--batch", "x", "hill"), ("hill", "--limit", "0")])
def test_words_that_are_off(town: Town, words: tuple[str, ...]) -> None:
    assert town.at(BUYER, "search", *words).code == 2
