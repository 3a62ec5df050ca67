// The host objects of After Effects' scripting, as far as they are known to be needed. Their state
// is elsewhere: every read, write and call of a member goes out by `$host`, as JSON, to Python.
(function (root) {
  var host = root.$host, about = JSON.parse(root.$about), parse = JSON.parse;
  var stringify = JSON.stringify, isArray = Array.isArray, create = Object.create, Shell = Proxy;
  var shells = new Map(), handles = new WeakMap(), classes = {}, hosts = [];

  function ask(operation, handle, name, given) {
    var plain = [];
    for (var i = 0; i < given.length; i++) plain.push(outwards(given[i]));
    var answer = parse(host(stringify([operation, handle, name, plain])));
    if (answer.error !== undefined) throw new Error(answer.error);
    return inwards(answer.value);
  }

  function outwards(value) {
    if (value === undefined) return { $: "undefined" };
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number") return isFinite(value) ? value : { $: "number", of: "" + value };
    if (typeof value === "function" && value.$enumeration) return { $: "function" };
    if (handles.has(value)) return { $: handles.get(value) };
    if (isArray(value)) {
      var all = [];
      for (var i = 0; i < value.length; i++) all.push(outwards(value[i]));
      return all;
    }
    return { $: "object" };
  }

  function inwards(value) {
    if (value === null || typeof value !== "object") return value;
    if (isArray(value)) {
      for (var i = 0; i < value.length; i++) value[i] = inwards(value[i]);
      return value;
    }
    return value.$ === "undefined" ? undefined : shell(value.$, value.of);
  }

  // What a script holds of an object. Whether two reads of one object give the same shell is not
  // known of After Effects; the tests try both.
  function shell(handle, type) {
    if (about.sameShells && shells.has(handle)) return shells.get(handle);
    var made = new Shell(create(classes[type].prototype), hooks(handle, type));
    handles.set(made, handle);
    shells.set(handle, made);
    return made;
  }

  function hooks(handle, type) {
    var members = about.classes[type].members, indexed = about.classes[type].indexed;
    return {
      get: function (target, name) {
        if (typeof name === "symbol") return target[name];
        if (indexed && /^-?\d+$/.test(name)) return ask("at", handle, name, []);
        var access = members[name];
        if (name === "global" && type === "Environment") return root;
        if (access === "method") {
          return function () {
            return ask("call", handle, name, arguments);
          };
        }
        if (access) return ask("get", handle, name, []);
        if (name === "toString") {
          return function () {
            return ask("string", handle, "", []);
          };
        }
        return target[name];
      },
      set: function (target, name, value) {
        var access = members[name];
        if (access === "method" || access === "read") {
          throw new Error('Unable to set "' + name + '". It is a readOnly attribute.');
        }
        // Whether After Effects lets a script add members is not known; a typing error it would be.
        if (!access) throw new Error("mock: " + type + " has no member " + name);
        ask("set", handle, name, [value]);
        return true;
      },
      has: function (target, name) {
        return typeof name !== "symbol" && (members[name] !== undefined || name in target);
      },
      deleteProperty: function (target, name) {
        throw new Error("mock: a member of " + type + " was to be deleted: " + String(name));
      },
    };
  }

  function declare(type) {
    if (classes[type]) return;
    var facts = about.classes[type], above = facts.above;
    if (above) declare(above);
    var made = function () {
      if (!facts.made) throw new Error("mock: a script cannot make a " + type);
      return ask("new", 0, type, arguments);
    };
    made.prototype = create(above ? classes[above].prototype : Object.prototype);
    made.prototype.constructor = made;
    classes[type] = made;
    root[type] = made;
    hosts.push(type);
  }

  var name;
  for (name in about.classes) {
    // A member called as a method of every object is its own.
    Object.setPrototypeOf(about.classes[name].members, null);
  }
  for (name in about.classes) declare(name);
  for (name in about.enumerations) {
    root[name] = about.enumerations[name];
    hosts.push(name);
  }
  for (name in about.globals) {
    root[name] = shell(about.globals[name][0], about.globals[name][1]);
    hosts.push(name);
  }
  root.alert = function (text) {
    ask("alert", 0, "", [String(text)]);
  };
  root.confirm = function (text) {
    ask("alert", 0, "", [String(text)]);
    return false;
  };
  root.prompt = function (text, preset) {
    ask("alert", 0, "", [String(text)]);
    return preset === undefined ? null : preset;
  };
  hosts.push("alert", "confirm", "prompt");
  root.isValid = function (value) {
    return handles.has(value) && ask("valid", handles.get(value), "", []);
  };
  hosts.push("isValid");
  File.decode = function (text) {
    return decodeURIComponent(text);
  };
  File.encode = function (text) {
    return encodeURI(text);
  };
  File.fs = "Windows";
  root.$hosts = hosts.join(" ");
})(this);
