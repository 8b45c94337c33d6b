import {Component, useState} from "@odoo/owl";
import {Sheet} from "./sheet";
import {_t} from "@web/core/l10n/translation";
import {amount, quantity} from "./format";
import {readPhotos} from "./photo";
import {rpc} from "@web/core/network/rpc";
import {steps} from "./steps";

/* What becomes of a part he holds: built in, back unused, the old one back. */
export class BookSheet extends Component {
    static template = "aftersales_service.BookSheet";
    static components = {Sheet};
    static props = {
        order: Object,
        line: Object,
        use: String,
        record: Function,
        close: Function,
    };

    setup() {
        Object.assign(this, {amount, quantity});
        const {line} = this.props;
        this.state = useState({
            quantity: Math.min(this.most, 1) || 1,
            lotId: line.lots.length === 1 ? line.lots[0][0] : 0,
            serial: line.old_serial || "",
        });
        this.titles = {
            use: _t("Built In"),
            unused: _t("Back Unused"),
            old: _t("Old Part Handed In"),
        };
    }

    get most() {
        const {line, use} = this.props;
        return use === "old" ? line.old_owed : line.open;
    }

    get isTracked() {
        return this.props.line.tracking !== "none";
    }

    get isReady() {
        const {line, use} = this.props;
        if (use === "old") {
            return !this.isTracked || this.state.serial.trim();
        }
        return !line.lots.length || this.state.lotId;
    }

    change(by) {
        const value = this.state.quantity + by;
        this.state.quantity = Math.max(1, Math.min(value, Math.max(this.most, 1)));
    }

    async book() {
        const {order, line, use, record} = this.props;
        const serial = this.state.serial.trim();
        if (use === "use" && serial && serial !== line.old_serial) {
            await record(steps.oldSerial(order, line, serial));
        }
        await record(
            steps.book(order, line, {
                use,
                quantity: Math.min(this.state.quantity, this.most) || 1,
                lotId: this.state.lotId,
                serial,
            })
        );
        this.props.close();
    }
}

/* Ask for parts: what fits, where it is, a photo of the damage, one tap. */
export class PartsSheet extends Component {
    static template = "aftersales_service.PartsSheet";
    static components = {Sheet};
    static props = {order: Object, unit: Object, record: Function, close: Function};

    setup() {
        this.quantity = quantity;
        this.state = useState({
            wanted: {},
            others: [],
            text: "",
            note: "",
            photos: [],
            payer: this.props.unit.coverage === "expired" ? "customer" : "company",
            found: null,
            isSearching: false,
        });
    }

    get parts() {
        return [...this.props.unit.fits, ...this.state.others];
    }

    get hasDraft() {
        const {order, unit} = this.props;
        return order.claims.some(
            (claim) =>
                claim.state === "draft" && claim.equipment_id === unit.equipment_id
        );
    }

    get lines() {
        return this.parts
            .map((part) => ({
                ...part,
                quantity: this.state.wanted[part.product_id] || 0,
            }))
            .filter((part) => part.quantity);
    }

    get isReady() {
        return this.lines.length && (this.state.photos.length || this.hasDraft);
    }

    change(part, by) {
        const {wanted} = this.state;
        wanted[part.product_id] = Math.max(0, (wanted[part.product_id] || 0) + by);
    }

    async addPhotos(ev) {
        this.state.photos.push(...(await readPhotos(ev)));
    }

    /* Parts that nobody listed for this unit; needs the network. */
    async search() {
        this.state.isSearching = true;
        this.state.found = null;
        try {
            const found = await rpc(
                "/web/dataset/call_kw/product.product/name_search",
                {
                    model: "product.product",
                    method: "name_search",
                    args: [this.state.text],
                    kwargs: {
                        domain: [
                            ["type", "=", "consu"],
                            ["is_aftersales_equipment", "=", false],
                        ],
                        limit: 12,
                    },
                },
                {silent: true}
            );
            this.state.found = found.map(([id, name]) => ({id, name}));
        } catch {
            this.state.found = false;
        }
        this.state.isSearching = false;
    }

    addOther({id, name}) {
        if (!this.parts.some((part) => part.product_id === id)) {
            this.state.others.push({
                product_id: id,
                name,
                uom: "",
                note: "",
                stock: null,
            });
        }
        this.change({product_id: id}, 1);
        this.state.found = null;
        this.state.text = "";
    }

    async ask() {
        const {order, unit, record} = this.props;
        const {note, photos, payer} = this.state;
        await record(steps.parts(order, unit, this.lines, {note, photos, payer}));
        this.props.close();
    }
}
