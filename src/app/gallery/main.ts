import '../tokens.css';
import '../base.css';
import { mount } from 'svelte';
import { Session } from '../case/state/session.svelte.ts';
import { RequestLog } from '../shared/requestLog.svelte.ts';
import { startWorkers } from '../startWorkers.ts';
import Gallery from './Gallery.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('gallery.html has no #app');
mount(Gallery, { target, props: { session: new Session(startWorkers, new RequestLog(location.href)) } });
