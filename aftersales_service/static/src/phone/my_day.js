import {Component, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {DAYS, openStore} from "./store";
import {Earned, NextDays, Owed, Today} from "./tabs";
import {OutboxSheet, SettingsSheet} from "./sheets";
import {JobPage} from "./job_page";
import {Outbox} from "./outbox";
import {_t} from "@web/core/l10n/translation";
import {applySteps} from "./effects";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";
import {session} from "@web/session";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {steps} from "./steps";
import {user} from "@web/core/user";

const REFRESH_MS = 120000;
const GEOLOCATION = {enableHighAccuracy: true, timeout: 20000, maximumAge: 60000};

const callModel = (model, method, args = []) =>
    rpc(
        `/web/dataset/call_kw/${model}/${method}`,
        {model, method, args, kwargs: {context: user.context}},
        {silent: true}
    );

/**
 * The technician's page: one hand, gloves, a bad network.
 *
 * What he sees is the day as the server last told it, plus the steps he pressed
 * since. Both are kept in the browser, so that a lost connection costs nothing.
 */
export class MyDay extends Component {
    static template = "aftersales_service.MyDay";
    static components = {
        Earned,
        JobPage,
        NextDays,
        OutboxSheet,
        Owed,
        SettingsSheet,
        Today,
    };
    static props = {...standardActionServiceProps};
    static path = "my-day";
    static displayName = _t("My Day");

    setup() {
        this.state = useState({
            day: null,
            month: null,
            tab: "today",
            orderId: false,
            sheet: "",
            steps: [],
            isOnline: true,
            needsLogin: false,
            isLoading: true,
            readOn: "",
            error: "",
        });
        this.tabs = [
            {key: "today", label: _t("Today"), icon: "fa-wrench"},
            {key: "next", label: _t("Next Days"), icon: "fa-calendar"},
            {key: "owed", label: _t("What I Owe"), icon: "fa-exchange"},
            {key: "earned", label: _t("What I Earned"), icon: "fa-money"},
        ];
        onWillStart(() => this.open());
        onMounted(() => this.start());
        onWillUnmount(() => this.stop());
    }

    /* Show what the browser remembers, then ask the server. */
    async open() {
        this.store = await openStore(`${session.db || ""}-${user.userId}`);
        this.outbox = new Outbox(this.store, {
            onChange: () => this.showSteps(),
            onSent: () => this.refresh(),
        });
        await this.outbox.load();
        const kept = await this.store.all(DAYS);
        for (const {id, value, readOn} of kept) {
            this.state[id] = value;
            this.state.readOn = readOn;
        }
        this.showSteps();
        if (this.state.day) {
            this.outbox.setServerTime(this.state.day.now);
            this.outbox.skew = kept.find((row) => row.id === "day").skew;
            this.refresh();
        } else {
            await this.refresh();
        }
    }

    start() {
        this.outbox.start();
        this.timer = setInterval(() => this.refresh(), REFRESH_MS);
        this.onPopState = (ev) => {
            this.state.orderId = ev.state?.aftersalesOrder || false;
            this.state.sheet = "";
        };
        window.addEventListener("popstate", this.onPopState);
    }

    stop() {
        this.outbox.stop();
        clearInterval(this.timer);
        window.removeEventListener("popstate", this.onPopState);
    }

    showSteps() {
        this.state.steps = this.outbox.steps.map((step) => ({...step}));
        this.state.isOnline = this.outbox.isOnline;
        this.state.needsLogin = this.outbox.needsLogin;
    }

    /* The day anew, unless something is on its way: then the answer comes after it. */
    async refresh() {
        if (this.isReading) {
            this.isReadingAgain = true;
            return;
        }
        this.isReading = true;
        try {
            const {sent} = this.outbox;
            await this.read("day", "aftersales.order", "get_my_day");
            this.outbox.forget(sent);
            if (this.state.tab === "earned") {
                await this.readMonth();
            }
            this.state.error = "";
        } catch (error) {
            if (!this.outbox.noteConnection(error)) {
                this.state.error = error.data?.message || error.message;
            }
        } finally {
            this.isReading = false;
            this.state.isLoading = false;
        }
        if (this.isReadingAgain) {
            this.isReadingAgain = false;
            await this.refresh();
        }
    }

    async read(id, model, method) {
        const value = await callModel(model, method);
        this.outbox.setOnline(true);
        if (value.now) {
            this.outbox.setServerTime(value.now);
        }
        this.state[id] = value;
        this.state.readOn = value.now || this.state.readOn;
        const {readOn} = this.state;
        await this.store.put(DAYS, {id, value, readOn, skew: this.outbox.skew});
    }

    readMonth() {
        return this.read("month", "aftersales.adjustment", "get_my_month");
    }

    /* What concerns his money he says with a connection, and sees the answer. */
    async answerNotice(method, id, args = []) {
        try {
            await callModel("aftersales.adjustment", method, [[id], ...args]);
            await this.readMonth();
            this.state.error = "";
        } catch (error) {
            if (!this.outbox.noteConnection(error)) {
                this.state.error = error.data?.message || error.message;
            }
        }
    }

    get orders() {
        return (this.state.day?.orders || []).map((order) =>
            applySteps(
                order,
                this.state.steps.filter((step) => step.orderId === order.id)
            )
        );
    }

    get order() {
        return this.orders.find((order) => order.id === this.state.orderId);
    }

    get today() {
        return this.orders.filter(
            (order) => order.day === "today" && order.state !== "draft"
        );
    }

    get nextDays() {
        return this.orders.filter(
            (order) => order.day === "next" && order.state !== "draft"
        );
    }

    get waiting() {
        return this.state.steps.filter((step) => step.state === "waiting");
    }

    get refused() {
        return this.state.steps.filter((step) => step.state === "refused");
    }

    get refusedHere() {
        return this.refused.filter((step) => step.orderId === this.state.orderId);
    }

    openTab(tab) {
        this.state.tab = tab;
        if (tab === "earned") {
            this.refresh();
        }
    }

    /* The phone's own back button leads from a job to the list. */
    openOrder(orderId) {
        const known = {...window.history.state, skipRouteChange: true};
        window.history.replaceState(known, "", window.location.href);
        window.history.pushState(
            {...known, aftersalesOrder: orderId},
            "",
            window.location.href
        );
        this.state.orderId = orderId;
    }

    closeOrder() {
        window.history.back();
    }

    async record(step) {
        await this.outbox.add(step);
        if (step.effect.kind === "arrive") {
            this.stampPlace(this.order);
        }
        if (step.effect.kind === "noAccess" && this.state.orderId) {
            this.closeOrder();
        }
    }

    /* Never in the way: without consent or position there is no stamp. */
    stampPlace(order) {
        const {wants_place, place_consent} = this.state.day.settings;
        if (!wants_place || place_consent !== "yes" || !navigator.geolocation) {
            return;
        }
        navigator.geolocation.getCurrentPosition(
            ({coords}) => this.outbox.add(steps.place(order, coords)),
            () => {},
            GEOLOCATION
        );
    }

    findStep(id) {
        return this.outbox.steps.find((step) => step.id === id);
    }

    discard(id) {
        return this.outbox.discard(this.findStep(id));
    }

    retry(id) {
        return this.outbox.retry(this.findStep(id));
    }

    async changeSetting(method, args = []) {
        const result = await rpc(
            `/web/dataset/call_kw/res.users/${method}`,
            {model: "res.users", method, args: [[user.userId], ...args], kwargs: {}},
            {silent: true}
        );
        await this.refresh();
        return result;
    }
}

registry.category("actions").add("aftersales_service.my_day", MyDay);
