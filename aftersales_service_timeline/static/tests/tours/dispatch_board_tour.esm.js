import {TimelineController} from "@web_timeline/views/timeline/timeline_controller.esm";
import {patch} from "@web/core/utils/patch";
import {registry} from "@web/core/registry";

const HOUR = 3600 * 1000;
let board = null;

patch(TimelineController.prototype, {
    setup() {
        super.setup(...arguments);
        board = this;
    },
});

registry.category("web_tour.tours").add("aftersales_dispatch_board", {
    steps: () => [
        {
            content: "The technician has a row",
            trigger: ".vis-labelset .vis-label:contains('Wang Lei')",
        },
        {
            content: "His job stands in it; move it by one hour, as a drag does",
            trigger: ".vis-item .o_aftersales_board_item:contains('Kunming')",
            async run() {
                const item = board.model._event_data_transform(board.model.data[0]);
                item.start = new Date(item.start.getTime() + HOUR);
                item.end = new Date(item.end.getTime() + HOUR);
                board.moveQueue.push({
                    id: item.id,
                    item,
                    callback: () => document.body.classList.add("o_board_moved"),
                    data: {
                        planned_start: board.model.serializeDate(
                            "planned_start",
                            luxon.DateTime.fromJSDate(item.start)
                        ),
                        planned_end: board.model.serializeDate(
                            "planned_end",
                            luxon.DateTime.fromJSDate(item.end)
                        ),
                        lead_id: item.group,
                    },
                });
                await board.internalMove();
            },
        },
        {
            content: "The board has written the move",
            trigger: "body.o_board_moved",
        },
    ],
});
