let s = `
// text
`;
