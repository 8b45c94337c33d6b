import {onWillUnmount} from "@odoo/owl";

/* A press moves a job only after so many pixels; less is a click. */
const THRESHOLD = 5;
/* So near to an edge the board scrolls along. */
const EDGE = 48;
const SPEED = 14;

/**
 * Drag with mouse, pen or finger.
 *
 * @param {Object} hooks
 * @param {Function} hooks.getScroller the element that scrolls along
 * @param {Function} hooks.onMove called with `{job, x, y, grab}` on each move
 * @param {Function} hooks.onDrop called with the same where the job is let go
 * @param {Function} hooks.onCancel called when the drag ends nowhere
 * @returns {Function} to call with the job and its pointerdown event
 */
export function useBoardDrag({getScroller, onMove, onDrop, onCancel}) {
    let drag = null;
    let frame = 0;
    let listeners = {};

    function getEdge(position, start, end) {
        return position < start + EDGE ? -SPEED : position > end - EDGE ? SPEED : 0;
    }

    function scrollAlong() {
        const box = getScroller().getBoundingClientRect();
        const right = getEdge(drag.x, box.left, box.right);
        const down = getEdge(drag.y, box.top, box.bottom);
        if (drag.y > box.top && (right || down)) {
            getScroller().scrollBy(right, down);
            onMove(drag);
        }
        frame = requestAnimationFrame(scrollAlong);
    }

    function stop() {
        cancelAnimationFrame(frame);
        for (const [type, listener] of Object.entries(listeners)) {
            window.removeEventListener(type, listener, true);
        }
        drag = null;
    }

    function follow(event) {
        if (event.pointerId !== drag.pointerId) {
            return;
        }
        const distance = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
        if (!drag.isMoving && distance < THRESHOLD) {
            return;
        }
        Object.assign(drag, {x: event.clientX, y: event.clientY});
        if (!drag.isMoving) {
            drag.isMoving = true;
            frame = requestAnimationFrame(scrollAlong);
        }
        event.preventDefault();
        onMove(drag);
    }

    function drop(event) {
        if (event.pointerId !== drag.pointerId) {
            return;
        }
        const dropped = drag;
        stop();
        if (dropped.isMoving) {
            onDrop(dropped);
        }
    }

    function cancel() {
        stop();
        onCancel();
    }

    function cancelByKey(event) {
        if (event.key === "Escape") {
            event.stopPropagation();
            cancel();
        }
    }

    onWillUnmount(() => drag && stop());

    return (job, event) => {
        if (drag || event.button) {
            return;
        }
        const box = event.currentTarget.getBoundingClientRect();
        drag = {
            job,
            pointerId: event.pointerId,
            x: event.clientX,
            y: event.clientY,
            grab: event.clientX - box.left,
            width: box.width,
            isMoving: false,
        };
        listeners = {
            pointermove: follow,
            pointerup: drop,
            pointercancel: cancel,
            keydown: cancelByKey,
        };
        for (const [type, listener] of Object.entries(listeners)) {
            window.addEventListener(type, listener, true);
        }
    };
}
