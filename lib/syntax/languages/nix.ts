export const nix = { id:'nix', title:'', extensions:['.nix'], outline: () => Promise.reject(new Error('x')), inspect: () => Promise.reject(new Error('x')) }
