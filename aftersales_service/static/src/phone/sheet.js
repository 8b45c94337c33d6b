import {Component} from "@odoo/owl";

/* A page that slides over the job: one question, one big button. */
export class Sheet extends Component {
    static template = "aftersales_service.Sheet";
    static props = {title: String, close: Function, slots: Object};
}
