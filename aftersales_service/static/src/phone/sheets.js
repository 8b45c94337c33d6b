import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {Sheet} from "./sheet";
import {_t} from "@web/core/l10n/translation";
import {clock, day, moment} from "./format";
import {readPhotos} from "./photo";

const PEN_WIDTH = 2.5;

/* Search in a list that is on the phone: codes, people. */
export class PickSheet extends Component {
    static template = "aftersales_service.PickSheet";
    static components = {Sheet};
    static props = {title: String, items: Array, pick: Function, close: Function};

    setup() {
        this.state = useState({text: ""});
    }

    get found() {
        const words = this.state.text.toLowerCase().split(/\s+/).filter(Boolean);
        return this.props.items.filter((item) => {
            const text = `${item.code || ""} ${item.name}`.toLowerCase();
            return words.every((word) => text.includes(word));
        });
    }

    pick(item) {
        this.props.pick(item);
        this.props.close();
    }
}

/* Ask for a reason in words; before it a choice, behind it a tick and a photo. */
export class ReasonSheet extends Component {
    static template = "aftersales_service.ReasonSheet";
    static components = {Sheet};
    static props = {
        title: String,
        placeholder: {type: String, optional: true},
        button: String,
        choices: {type: Array, optional: true},
        tick: {type: String, optional: true},
        hasPhoto: {type: Boolean, optional: true},
        confirm: Function,
        close: Function,
    };

    setup() {
        this.state = useState({text: "", choice: "", isTicked: false, photo: ""});
    }

    get isReady() {
        return this.state.text.trim() && (!this.props.choices || this.state.choice);
    }

    async addPhoto(ev) {
        [this.state.photo] = await readPhotos(ev);
    }

    confirm() {
        const {text, choice, isTicked, photo} = this.state;
        this.props.confirm(text.trim(), {choice, isTicked, photo});
        this.props.close();
    }
}

/* The customer reads what was done, and signs with a finger, or does not. */
export class SignSheet extends Component {
    static template = "aftersales_service.SignSheet";
    static components = {Sheet};
    static props = {order: Object, sign: Function, refuse: Function, close: Function};

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({name: "", hasInk: false, isRefusing: false, reason: ""});
        onMounted(() => this.prepare());
    }

    prepare() {
        const canvas = this.canvas.el;
        const ratio = window.devicePixelRatio || 1;
        canvas.width = canvas.clientWidth * ratio;
        canvas.height = canvas.clientHeight * ratio;
        this.pen = canvas.getContext("2d");
        this.pen.scale(ratio, ratio);
        Object.assign(this.pen, {lineWidth: PEN_WIDTH, lineCap: "round"});
        this.clear();
    }

    /* White below the ink: the report is printed on paper. */
    clear() {
        const {clientWidth, clientHeight} = this.canvas.el;
        this.pen.fillStyle = "#fff";
        this.pen.fillRect(0, 0, clientWidth, clientHeight);
        this.pen.strokeStyle = "#000";
        this.state.hasInk = false;
    }

    place(ev) {
        const box = this.canvas.el.getBoundingClientRect();
        return [ev.clientX - box.left, ev.clientY - box.top];
    }

    down(ev) {
        ev.preventDefault();
        this.isDrawing = true;
        this.pen.beginPath();
        this.pen.moveTo(...this.place(ev));
    }

    move(ev) {
        if (!this.isDrawing) {
            return;
        }
        this.pen.lineTo(...this.place(ev));
        this.pen.stroke();
        this.state.hasInk = true;
    }

    up() {
        this.isDrawing = false;
    }

    get parts() {
        return this.props.order.claims
            .flatMap((claim) => claim.lines)
            .filter((line) => line.consumed > 0);
    }

    get sheet() {
        return this.props.order.checks.filter((check) => check.is_sheet);
    }

    get answered() {
        return this.sheet.filter((check) => check.state !== "open").length;
    }

    get findings() {
        return this.sheet.filter((check) => check.state === "failed");
    }

    get canSign() {
        return this.state.hasInk && this.state.name.trim();
    }

    sign() {
        const image = this.canvas.el.toDataURL("image/png").split(",")[1];
        this.props.sign(this.state.name.trim(), image);
        this.props.close();
    }

    refuse() {
        this.props.refuse(this.state.reason.trim());
        this.props.close();
    }
}

/* What waits for the network, and what the server refused. */
export class OutboxSheet extends Component {
    static template = "aftersales_service.OutboxSheet";
    static components = {Sheet};
    static props = {
        steps: Array,
        isOnline: Boolean,
        readOn: String,
        discard: Function,
        retry: Function,
        close: Function,
    };

    setup() {
        Object.assign(this, {clock, moment});
    }
}

/* His own decisions: place stamps and the calendar address. */
export class SettingsSheet extends Component {
    static template = "aftersales_service.SettingsSheet";
    static components = {Sheet};
    static props = {settings: Object, change: Function, close: Function};

    setup() {
        this.day = day;
        this.state = useState({link: "", error: "", isCopied: false});
    }

    async change(method, args = []) {
        this.state.error = "";
        try {
            return await this.props.change(method, args);
        } catch (error) {
            this.state.error =
                error.data?.message || _t("This needs a connection. Try again later.");
            return false;
        }
    }

    async makeLink() {
        const path = await this.change("action_make_calendar_link");
        this.state.link = path ? `${window.location.origin}${path}` : "";
        this.state.isCopied = false;
    }

    async revokeLink() {
        this.state.link = "";
        await this.change("action_revoke_calendar_link");
    }

    async copyLink(ev) {
        const input = ev.target.closest(".o_day_card").querySelector("input");
        input.select();
        try {
            await navigator.clipboard.writeText(this.state.link);
            this.state.isCopied = true;
        } catch {
            this.state.isCopied = document.execCommand("copy");
        }
    }
}
