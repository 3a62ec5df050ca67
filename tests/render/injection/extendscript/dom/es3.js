// Takes away what ExtendScript does not have, so that a use of it fails here too. What stays is
// ECMAScript 3 (ECMA-262, third edition, section 15). Runs last: nothing of the mock may need it.
(function (root) {
  var errors = "Error EvalError RangeError ReferenceError SyntaxError TypeError URIError";
  var globals =
    "Object Function Array String Boolean Number Date RegExp Math NaN Infinity undefined eval " +
    "parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI " +
    "encodeURIComponent escape unescape " + errors;
  var own = {
    String: "fromCharCode",
    Number: "MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY",
    Date: "parse UTC",
  };
  var inherited = {
    Object: "toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable",
    Function: "toString apply call length",
    Array: "length toString toLocaleString concat join pop push reverse shift slice sort splice " +
      "unshift",
    String: "length toString valueOf charAt charCodeAt concat indexOf lastIndexOf localeCompare " +
      "match replace search slice split substr substring toLowerCase toLocaleLowerCase " +
      "toUpperCase toLocaleUpperCase",
    Number: "toString toLocaleString valueOf toFixed toExponential toPrecision",
    // Their flags are getters here, which the engine's own match and replace read.
    RegExp: "exec test toString flags source global ignoreCase multiline hasIndices dotAll " +
      "unicode unicodeSets sticky",
  };
  var namesOf = Object.getOwnPropertyNames;
  var math = "E LN10 LN2 LOG2E LOG10E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp " +
    "floor log max min pow random round sin sqrt tan";
  var iterator = Symbol.iterator;
  function leave(object, list) {
    var wanted = " length prototype constructor name " + list + " ", all = namesOf(object);
    for (var i = 0; i < all.length; i++) {
      if (wanted.indexOf(" " + all[i] + " ") < 0) delete object[all[i]];
    }
  }
  var constructors = globals.split(" "), hosts = root.$hosts, kept, type, i;
  leave(Math, math);
  delete Array.prototype[iterator];
  delete String.prototype[iterator];
  delete Date.prototype.toISOString;
  delete Date.prototype.toJSON;
  for (type in inherited) leave(root[type].prototype, inherited[type]);
  for (i = 0; i < constructors.length; i++) {
    type = constructors[i];
    if (typeof root[type] === "function" && root[type].prototype) leave(root[type], own[type] || "");
  }
  delete root.$hosts;
  kept = " " + globals + " " + hosts + " ";
  var known = namesOf(root);
  for (i = 0; i < known.length; i++) {
    if (kept.indexOf(" " + known[i] + " ") < 0) delete root[known[i]];
  }
})(this);
