import './tokens.css';
import './base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { shutExits } from './shutExits.ts';
import { Session } from './state/session.svelte.ts';

shutExits();

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

const session = new Session();
session.requests.watch();
void session.offline.watch();
mount(App, { target, props: { session } });

// The first view is light: backend and weights follow once it stands.
if ('requestIdleCallback' in window) requestIdleCallback(() => void session.warmUp(), { timeout: 2000 });
else setTimeout(() => void session.warmUp(), 500);
