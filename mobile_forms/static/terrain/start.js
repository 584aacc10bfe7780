// What runs behind every screen: the service worker, and the queue that sends itself.
import { keepFlushing } from "./queue.js";
import { refresh } from "./session.js";
import { register } from "./update.js";

register();
keepFlushing().then(refresh);
