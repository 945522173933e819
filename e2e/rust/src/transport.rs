//! A small HTTP client: what the SDK's HttpTransport asks for, and what the control plane needs.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use async_trait::async_trait;
use workos::transport::{HttpRequest, HttpResponse, HttpTransport, TransportError};

pub struct Plain;

#[async_trait]
impl HttpTransport for Plain {
    async fn execute(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut head = String::new();
        for (name, value) in &request.headers {
            head += &format!("{name}: {}\r\n", value.to_str().map_err(TransportError::other)?);
        }
        let body = request.body.unwrap_or_default();
        let answer = exchange(request.method.as_str(), &request.url, &head, &body).map_err(TransportError::other)?;
        let mut response = HttpResponse {
            status: answer.status.try_into().map_err(TransportError::other)?,
            headers: Default::default(),
            body: answer.body.into(),
        };
        for (name, value) in answer.headers {
            let name = http::HeaderName::try_from(name).map_err(TransportError::other)?;
            response.headers.append(name, value.parse().map_err(TransportError::other)?);
        }
        Ok(response)
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// exchange sends one request on a connection of its own. As HTTP/1.0, so that the response ends with the connection.
pub fn exchange(method: &str, url: &str, head: &str, body: &[u8]) -> Result<Answer, Error> {
    let bad = |what: &str| Error::new(ErrorKind::InvalidData, format!("{method} {url}: {what}"));
    let rest = url.strip_prefix("http://").ok_or_else(|| bad("not http"))?;
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n{head}\r\n")?;
    stream.write_all(body)?;

    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| bad("no response"))?;
    let body = answer.split_off(end + 4);
    let head = String::from_utf8(answer).map_err(|_| bad("not text"))?;
    let mut lines = head.trim_end().split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_string()))
        .collect();
    let told = headers.iter().find(|(name, _)| name == "content-length");
    if told.is_some_and(|(_, length)| *length != body.len().to_string()) {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the response is cut short"));
    }
    Ok(Answer { status: status.ok_or_else(|| bad("no status"))?, headers, body })
}
