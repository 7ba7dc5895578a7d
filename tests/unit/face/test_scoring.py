import json

import numpy as np
import pytest

from app.domain.evidence import Band
from app.errors import AppError
from app.face import scoring
from app.face.embed import unit
from app.face.scoring import Calibration, Scorer, Statistics
from bench.face_train import Faces, balanced, calibrate, logistic, score_matrix, statistics

D = 24


def people(rng, count, centre, spread=0.35, noise=0.12, pictures=4):
    rows, names = [], []
    for index in range(count):
        own = centre + spread * rng.normal(size=D) / np.sqrt(D)
        for _ in range(pictures):
            rows.append(unit(own + noise * rng.normal(size=D) / np.sqrt(D)))
            names.append(f"{centre[0]:.1f}-{index}")
    return np.array(rows), np.array(names)


@pytest.fixture(scope="module")
def faces():
    rng = np.random.default_rng(5)
    crowded, other = unit(np.ones(D)), unit(np.r_[np.ones(D // 2), -np.ones(D // 2)])
    sets = [people(rng, 30, crowded), people(rng, 10, crowded * 0.9 + 0.1 * other), people(rng, 120, other)]
    sets += [people(rng, 30, crowded), people(rng, 60, other)]
    vectors = np.concatenate([rows for rows, _ in sets])
    names = np.concatenate([[f"{k}/{n}" for n in names] for k, (_, names) in enumerate(sets)])
    return Faces({"net": vectors}, names, np.repeat([0, 1, 2, 3, 4], [len(rows) for rows, _ in sets]))


@pytest.fixture(scope="module")
def scorer(faces):
    return Scorer(statistics={"net": statistics(faces, "net")}, calibrations={})


def test_whole_matrices_and_single_pairs_give_the_same_scores(faces, scorer):
    some = faces.vectors["net"][[0, 5, 130, 200, 260]]
    table = score_matrix(scorer, {"net": some}, {"net": some})["net"]
    for i in range(5):
        for j in range(5):
            assert table[i, j] == pytest.approx(scorer.scores({"net": some[i]}, {"net": some[j]})["net"], abs=0.03)


def test_centring_separates_people_whose_embeddings_crowd(faces, scorer):
    rows = np.flatnonzero(faces.component == 0)
    vectors, names = faces.vectors["net"][rows], faces.people[rows]
    same = names[:, None] == names[None]
    upper = np.triu(np.ones_like(same), 1)
    centred = score_matrix(scorer, {"net": vectors}, {"net": vectors})["net"]
    raw = vectors @ vectors.T

    def gap(table):
        a, b = table[same & upper], table[~same & upper]
        return (a.mean() - b.mean()) / np.sqrt(a.var() + b.var())

    assert gap(centred) > gap(raw)


def test_the_group_is_recognised_for_both_faces_together(faces, scorer):
    of_first = {"net": faces.vectors["net"][0]}
    of_third = {"net": faces.vectors["net"][-1]}
    assert scorer.shares(of_first, of_first)[0][[0, 1, 3]].sum() > 0.9
    assert scorer.shares(of_third, of_third)[0][[2, 4]].sum() > 0.9


def test_a_roster_of_other_people_does_not_move_the_first_groups_mean(faces, scorer):
    others = faces.vectors["net"][faces.component == 2][:80]
    refined = scoring.refine(scorer, {"net": others})
    assert np.allclose(refined.statistics["net"].means[0], scorer.statistics["net"].means[0])
    assert not np.allclose(refined.statistics["net"].means[2], scorer.statistics["net"].means[2])


def test_the_claimed_person_is_left_out_of_the_roster(faces, scorer):
    roster = faces.vectors["net"][:40]
    exclude = np.zeros(40, dtype=bool)
    exclude[:] = True
    assert scoring.refine(scorer, {"net": roster}, exclude=exclude) is scorer


def roster_of(faces, men, women):
    """One picture per person; the men come first, all of one age."""
    rows = np.flatnonzero(faces.component == 2)[::4][: men + women]
    traits = np.column_stack([np.r_[np.ones(men), np.zeros(women)], np.full(men + women, 0.75)])
    return {"net": faces.vectors["net"][rows], scoring.TRAITS: traits}


def own_rows(refined, scorer):
    """How many of a refined cohort's members come from the roster."""
    return int(
        (
            ~(refined.statistics["net"].cohorts[1][:, None] == scorer.statistics["net"].cohorts[1][None]).all(2).any(1)
        ).sum()
    )


def with_calibration(scorer):
    never = Calibration(weights={"net": 1.0}, bias=-9.0, match=9.0, mismatch=-9.0)  # nobody looks like anybody
    return Scorer(statistics=scorer.statistics, calibrations={"net": {"modern": never}})


def test_with_enough_people_of_ones_sex_and_age_they_alone_are_the_cohort(faces, scorer):
    scorer, roster = with_calibration(scorer), roster_of(faces, 45, 60)
    base, claimed = scoring.refine(scorer, roster), {"net": faces.vectors["net"][-1]}
    man, old_man = np.array([0.9, 0.72]), np.array([0.9, 0.95])
    assert own_rows(base, scorer) == 105
    assert own_rows(scoring.refined_without(scorer, base, roster, claimed, man), scorer) == 45
    assert scoring.refined_without(scorer, base, roster, claimed, old_man) is base


def test_with_too_few_people_of_ones_kind_the_whole_roster_is_the_cohort(faces, scorer):
    scorer, roster = with_calibration(scorer), roster_of(faces, 39, 60)
    base = scoring.refine(scorer, roster)
    same = scoring.refined_without(scorer, base, roster, {"net": faces.vectors["net"][-1]}, np.array([0.9, 0.72]))
    assert same is base


def test_the_means_learn_from_everybody_whoever_the_cohort_is(faces, scorer):
    scorer, roster = with_calibration(scorer), roster_of(faces, 45, 60)
    base = scoring.refine(scorer, roster)
    own = scoring.refined_without(scorer, base, roster, {"net": faces.vectors["net"][-1]}, np.array([0.9, 0.72]))
    assert np.allclose(own.statistics["net"].means, base.statistics["net"].means)


def test_bands_follow_the_two_limits():
    calibration = Calibration(weights={"net": 1.0}, bias=0.0, match=1.0, mismatch=-1.0)
    assert [calibration.band(x) for x in (2.0, 1.0, 0.0, -1.0, -1.1)] == [
        Band.MATCH, Band.MATCH, Band.UNSURE, Band.UNSURE, Band.MISMATCH,
    ]  # fmt: skip


def test_an_unknown_reference_quality_is_judged_by_the_strictest_calibration(scorer):
    soft, strict = (Calibration(weights={"net": 1.0}, bias=0.0, match=m, mismatch=-1.0) for m in (0.5, 1.5))
    full = Scorer(statistics=scorer.statistics, calibrations={"net": {"modern": soft, "card_102": strict}})
    assert full.calibration(("net",), "modern") is soft
    assert full.calibration(("net",), "never seen") is strict


def test_without_a_calibration_there_is_no_comparison(faces, scorer):
    one = {"net": faces.vectors["net"][0]}
    assert scorer.compare(one, one, quality="modern") is None


def test_logistic_regression_finds_the_log_likelihood_ratio_of_two_normals():
    rng = np.random.default_rng(0)
    same = np.r_[np.ones(4000), np.zeros(40000)].astype(bool)
    x = np.where(same, rng.normal(1.0, 0.5, len(same)), rng.normal(0.0, 0.5, len(same)))
    weight, bias = logistic(x[:, None], same)
    assert weight == pytest.approx(4.0, rel=0.1)
    assert bias == pytest.approx(-2.0, rel=0.15)


def test_few_hard_pairs_weigh_as_much_as_many_easy_ones():
    same = np.array([True] * 90 + [False] * 900 + [True] * 10 + [False] * 100)
    kinds = np.repeat([0, 1], [990, 110])
    weight = balanced(same, kinds)
    for kind in (0, 1):
        for part in (same, ~same):
            assert weight[(kinds == kind) & part].sum() == pytest.approx(0.25)


def test_calibration_keeps_its_promises_on_its_own_pairs():
    rng = np.random.default_rng(1)
    same = np.r_[np.ones(2000), np.zeros(50000)].astype(bool)
    scores = {"net": np.where(same, rng.normal(1.0, 0.25, len(same)), rng.normal(0.0, 0.2, len(same)))}
    found = calibrate(["net"], scores, same)
    llr = (found.weights["net"] * scores["net"] + found.bias) / np.log(10)
    assert (llr[~same] >= found.match).mean() <= 0.0011
    assert (llr[same] < found.mismatch).mean() <= 0.0051


def test_pooling_weighs_by_quality():
    a, b = np.eye(2)
    assert scoring.pool([a, b], [3.0, 1.0]) @ a > 0.9


def test_damaged_and_missing_statistics_are_told_apart(tmp_path):
    with pytest.raises(AppError, match=r"models\.missing"):
        scoring.load(tmp_path)
    (tmp_path / "statistics.npz").write_bytes(b"not an archive")
    (tmp_path / "calibration.json").write_text(json.dumps({}))
    with pytest.raises(AppError, match=r"models\.damaged"):
        scoring.load(tmp_path)


def test_a_packs_statistics_are_added_to_the_shipped_ones(scorer):
    more = Scorer(statistics={"extra": scorer.statistics["net"]}, calibrations={"extra": {}}, version="p")
    both = scoring.merged(scorer, more)
    assert isinstance(both.statistics["extra"], Statistics)
    assert set(both.statistics) == {"net", "extra"}
    assert scoring.merged(scorer, None) is scorer
