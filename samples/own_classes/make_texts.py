"""Makes labels.jsonl and other_reps.jsonl: voicemails in Spanish, put together at random from lists of phrases.

Nobody said these messages. They show how own classes are declared, trained and judged; a score on them says nothing about a
model on real messages, as all reps draw from the same few phrases, and the other reps say a few that nobody else says.

python samples/own_classes/make_texts.py
"""

from __future__ import annotations

import json
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
TRAINED = ("inés", "bruno", "carla", "david", "elena", "fermín")
OTHERS = ("gloria", "hugo")
EACH = 10

GREETINGS = ("Hola,", "Buenos días,", "Buenas tardes,", "Muy buenas,")
LISTENERS = ("Marta", "Luis", "Rosa", "Andrés", "Pilar", "Jorge", "Nuria", "Tomás")
COMPANIES = ("de Cristales Duero.", "de la empresa Luz Clara.", "de Toldos Segura.", "de Alarmas Norte.")
REASONS = (
    "Vi que abrieron una segunda tienda.", "Su permiso de obra salió esta semana.", "Vi que cambiaron el escaparate este mes.",
    "Leí que su tienda se muda en otoño.", "Vi que buscan gente para la tienda nueva.",
)  # fmt: skip
EVENTS = (
    "Tenemos un desayuno para comercios el nueve.", "Damos una charla gratis este jueves y le guardo un sitio.",
    "Hacemos una jornada para comercios este mes y le guardo un sitio.", "Tenemos una charla para tiendas el nueve.",
)  # fmt: skip
NEIGHBOURS = (
    "Trabajamos con la panadería de su calle.", "Su vecino de la ferretería ya trabaja con nosotros.",
    "Trabajamos con la farmacia de su calle.", "Su vecino de la librería ya lo tiene.",
)  # fmt: skip
PRICES = ("Sale a cuarenta euros al mes.", "La visita cuesta veinte euros.", "Cuesta treinta euros al mes.")
MEETINGS = (
    "Puedo pasar el jueves por la mañana.", "El martes a las diez estoy cerca.", "Puedo pasar el viernes por la tarde.",
    "Estoy cerca el lunes por la mañana.",
)  # fmt: skip
ASKS = ("Llámeme cuando pueda al", "Le agradezco que me llame al", "Si le interesa, llámeme al")
ENDS = ("Muchas gracias.", "Gracias y hasta luego.", "Un saludo.")


SAID_BY_OTHERS = {
    "motivo": ("Han puesto un toldo nuevo en la entrada.", "Supe que amplían el local en primavera."),
    "offer": ("El nueve invitamos a café a las tiendas del barrio.",),
    "proof": ("La zapatería de al lado nos llamó en mayo y repite.", "Pregunte a la panadería de su calle."),
}


def message(rep: str, number: int, draw: random.Random) -> dict[str, object]:
    """One message with its labels; its approach goes round."""
    approach = ("relevance_first", "evento", "vecino")[number % 3]
    part, phrases = {
        "relevance_first": ("motivo", REASONS), "evento": ("offer", EVENTS), "vecino": ("proof", NEIGHBOURS),
    }[approach]  # fmt: skip
    if rep in OTHERS and draw.random() < 0.7:
        phrases = SAID_BY_OTHERS[part]
    listener = draw.choice(LISTENERS)
    pieces = [(draw.choice(GREETINGS), "greeting"), (f"{listener}.", "callee")]
    who = [(f"Soy {rep.capitalize()},", "identity"), (draw.choice(COMPANIES), "company")]
    why = [(draw.choice(phrases), part)]
    pieces += why + who if approach == "relevance_first" else who + why
    if draw.random() < 0.5:
        pieces.append((draw.choice(PRICES), "precio"))
    if draw.random() < 0.6:
        pieces.append((draw.choice(MEETINGS), "cita"))
    phone = f"91 555 01 {draw.randrange(10, 99)}."
    pieces += [(draw.choice(ASKS), "ask"), (phone, "number"), (draw.choice(ENDS), "closing")]
    return {
        "id": f"{rep}-{number}",
        "rep": rep,
        "prospect": f"{rep}-{number}",
        "sentences": [{"text": text, "part": part} for text, part in pieces],
        "approach": approach,
    }


def main() -> None:
    """Write both files."""
    draw = random.Random(20)
    for name, reps in (("labels", TRAINED), ("other_reps", OTHERS)):
        rows = [message(rep, number, draw) for rep in reps for number in range(EACH)]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (HERE / f"{name}.jsonl").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
