"""``reconcile train``."""

from __future__ import annotations

import argparse
import json
import sys

from reconcile.commands.common import Progress, inputs_of, settings_of, tell_notes
from reconcile.errors import UsageError
from reconcile.files import refuse_to_overwrite_inputs, write_atomically
from reconcile.text import for_json, for_json_text, for_log, for_terminal


def run(arguments: argparse.Namespace) -> int:
    """Learn a model and write it. Its JSON says what it was learned on."""
    kinds = [bool(arguments.judgements), bool(arguments.truth), arguments.unsupervised]
    if sum(kinds) != 1:
        raise UsageError("learn from one of --judgements FILE, --truth FILE or --unsupervised")
    if arguments.afresh and not arguments.truth:
        raise UsageError("--afresh needs --truth: few judgements cannot carry a model of their own")
    refuse_to_overwrite_inputs(
        arguments.output, [*inputs_of(arguments), *([arguments.truth] if arguments.truth else [])]
    )

    from reconcile import train
    from reconcile.counts import load_vague
    from reconcile.evaluate import read_truth
    from reconcile.labels import checked, labelled_by_judgements, labelled_by_truth
    from reconcile.load import load
    from reconcile.model import to_json
    from reconcile.normalize import normalize
    from reconcile.pipeline import Knowledge

    progress = Progress(verbose=arguments.verbose)
    progress("reading")
    settings = settings_of(arguments)
    known = Knowledge.of(settings)
    stdin = sys.stdin.buffer if "-" in arguments.paths else None
    loaded = load(arguments.paths, stdin=stdin, vague=load_vague(settings.counts), source=settings.source)
    records = normalize(loaded.records, known.places, known.actors, known.event_types)
    progress("learning")
    base = None if arguments.afresh else known.model
    if arguments.unsupervised:
        model = train.adapt_unsupervised(
            records, known.model, actors=known.actors, event_types=known.event_types, name=arguments.name
        )
    else:
        labelled = (
            labelled_by_truth(records, read_truth(arguments.truth), known.model.window)
            if arguments.truth
            else labelled_by_judgements(records, known.judgements)
        )
        model = train.train(
            records, checked(labelled), base, actors=known.actors, event_types=known.event_types, name=arguments.name
        )
    progress.done()
    if not arguments.quiet:
        tell_notes(loaded.notes)
    document = to_json(model)
    text = for_json_text(for_json(json.dumps(document, indent=1, ensure_ascii=False))) + "\n"
    write_atomically(arguments.output, [text.encode()])
    learned = ", ".join(f"{name} {value}" for name, value in model.training.items())
    told = f"{arguments.output}: model {model.name!r}, hash {model.hash}, learned on: {learned}"
    sys.stderr.write(for_log(for_terminal(told)) + "\n")
    return 0
