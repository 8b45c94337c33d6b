"""The order of the scenes, and what happens when one goes wrong."""

import traceback

import scene_callback
import scene_desk
import scene_end
import scene_field
import scene_parts
import scene_pay
import scene_trip
from stage import Stage, StoryError

from odoo.exceptions import UserError

SCENES = (
    scene_desk.hotline,
    scene_desk.triage,
    scene_field.departure,
    scene_field.arrival,
    scene_parts.claim,
    scene_parts.approval,
    scene_parts.issue,
    scene_parts.repair,
    scene_field.finish,
    scene_end.portal,
    scene_callback.first_call,
    scene_callback.rework,
    scene_parts.old_part,
    scene_trip.journey,
    scene_pay.adjustments,
    scene_pay.payslip,
    scene_end.figures,
    scene_end.papers,
)


def play(env, root):
    """Play the story on a fresh demo database.

    :param env: the environment of ``odoo shell``
    :param root: root of the repository
    :return: exit code, 0 when every step behaved
    """
    stage = Stage(env, root)
    try:
        stage.open()
        for scene in SCENES:
            scene(stage)
            stage.commit()
        stage.close()
    except StoryError as error:
        stage.write(f"\nThe story stops: {error}")
        return 1
    except UserError as error:
        stage.write(f"\nThe story stops: a step was refused: {error.args[0]}")
        stage.write(traceback.format_exc(limit=-6))
        return 1
    return 0
